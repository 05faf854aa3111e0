/* Keeps the pocket's pages readable without a network. What is written waits in the page's own
   store (pocket.js); this worker never sends anything by itself. */
"use strict";
const CACHE = "pocket-1";

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("pocket-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim())
  );
});

self.addEventListener("message", (event) => {
  if (event.data && event.data.keep) {
    event.waitUntil(caches.open(CACHE).then((cache) => Promise.all(event.data.keep.map((url) => cache.add(url).catch(() => undefined)))));
  }
  if (event.data && event.data.forget) { event.waitUntil(caches.delete(CACHE)); }
});

async function fromNetwork(request) {
  const answer = await fetch(request);
  const cache = await caches.open(CACHE);
  if (answer.ok && answer.type === "basic" && !answer.redirected) {
    await cache.put(request, answer.clone());
  } else if (answer.type === "opaqueredirect" || answer.status === 401) {
    /* Signed out: nothing of this person stays on the phone. */
    await caches.delete(CACHE);
  }
  return answer;
}

async function fromCache(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) || (request.mode === "navigate" ? cache.match("/my") : undefined);
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET" || !/^\/(my|static)(\/|$)/.test(path)) { return; }
  event.respondWith(fromNetwork(request).catch(async (lost) => {
    const kept = await fromCache(request);
    if (kept) { return kept; }
    throw lost;
  }));
});
