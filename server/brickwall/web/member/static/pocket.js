/* The pocket without a network: what is written waits on the phone and is sent exactly once.
   Every page works without this file, by plain forms. For Chrome 70 and iOS 12. */
(() => {
  "use strict";
  const doc = document, who = doc.body.dataset.who || "", token = doc.body.dataset.token || "";
  const MOST_PHOTOS = 9, LONGEST_SIDE = 1600, FIRST_WAIT = 5000, LONGEST_WAIT = 300000, ANSWER_WITHIN = 300000;
  const all = (selector, root) => Array.from((root || doc).querySelectorAll(selector));
  let shelf = null;
  try { shelf = window.localStorage; shelf.getItem("x"); } catch (refused) { shelf = null; }

  /* For the next page in this tab only; where it cannot be kept, only a line of text is lost. */
  function remember(name, value) { try { sessionStorage.setItem(name, value); } catch (full) { return; } }
  function recall(name) {
    try {
      const value = sessionStorage.getItem(name);
      sessionStorage.removeItem(name);
      return value;
    } catch (none) { return null; }
  }

  /* ---- the slip's code comes in the fragment, which no server sees */
  function readSlip() {
    const form = doc.querySelector("form[data-slip]"), code = /^#([0-9A-Za-z]{12})$/.exec(location.hash);
    if (!form || !code) { return; }
    form.elements.code.value = code[1];
    history.replaceState(null, "", location.pathname);
    form.submit();
  }
  window.addEventListener("hashchange", readSlip);
  readSlip();
  if (!who) { forgetPages(); return; }

  /* ---- the phone's own store: one row for each note that waits */
  const opened = new Promise((resolve, reject) => {
    if (!window.indexedDB) { reject(new Error("no store")); return; }
    const request = indexedDB.open("pocket", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("queue", { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error || new Error("no store"));
  });
  opened.catch(() => undefined);

  async function inStore(mode, act) {
    const store = await opened;
    return new Promise((resolve, reject) => {
      const work = store.transaction("queue", mode);
      const request = act(work.objectStore("queue"));
      work.oncomplete = () => resolve(request.result);
      work.onabort = work.onerror = () => reject(work.error);
    });
  }
  const put = (note) => inStore("readwrite", (store) => store.put(note));
  const remove = (key) => inStore("readwrite", (store) => store.delete(key));
  async function waiting() {
    const notes = await inStore("readonly", (store) => store.getAll());
    return notes.filter((note) => note.who === who).sort((a, b) => a.at - b.at);
  }

  function newKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => ("0" + byte.toString(16)).slice(-2)).join("");
  }

  /* ---- photos: made smaller on the phone where the phone turns them upright by itself */
  function bytesOf(file) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsArrayBuffer(file);
    });
  }
  function smaller(file) {
    const upright = window.CSS && CSS.supports && CSS.supports("image-orientation", "from-image");
    if (!upright || file.size < 400000) { return Promise.resolve(file); }
    return new Promise((resolve) => {
      const picture = new Image(), url = URL.createObjectURL(file);
      const give = (result) => { URL.revokeObjectURL(url); resolve(result || file); };
      picture.onerror = () => give(file);
      picture.onload = () => {
        const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
        const canvas = doc.createElement("canvas");
        canvas.width = Math.round(picture.naturalWidth * scale);
        canvas.height = Math.round(picture.naturalHeight * scale);
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => give(blob && blob.size < file.size ? blob : file), "image/jpeg", 0.82);
      };
      picture.src = url;
    });
  }
  async function packed(files) {
    const photos = [];
    for (const file of files) { photos.push({ bytes: await bytesOf(await smaller(file)), id: "" }); }
    return photos;
  }

  /* ---- sending: photos first, then the note under its key, so a lost answer is asked for again */
  function call(path, body, headers) {
    const stop = window.AbortController ? new AbortController() : null;
    const clock = stop && setTimeout(() => stop.abort(), ANSWER_WITHIN);
    const options = {
      method: "POST", body, credentials: "same-origin", signal: stop ? stop.signal : undefined,
      headers: Object.assign({ Accept: "application/json", "X-Form-Token": token, "X-Brickwall-Pocket": "1" }, headers),
    };
    return fetch(path, options).then((answer) => { clearTimeout(clock); return answer; });
  }
  async function refused(note, answer) {
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) { throw new Error("later"); }
    const problem = await answer.json().catch(() => ({}));
    if (problem.code === "photos.unknown" && !note.renewed) {
      /* Waited longer than the server keeps unused pictures: send them anew, under a new key. */
      note.photos.forEach((photo) => { photo.id = ""; });
      Object.assign(note, { renewed: true, key: newKey(), old: note.key });
      await remove(note.old);
      await put(note);
      return deliver(note);
    }
    if (problem.code === "http.form_token" && !recall("renewed")) {
      /* The page was kept from an earlier sign-in; a fresh one carries the right mark. */
      remember("renewed", "1");
      if (!typing()) { location.reload(); }
      throw new Error("old page");
    }
    if (answer.status === 401) {
      note.message = "这部手机的登录已结束。请找支部要一张新的激活条，开通后会接着送";
      await put(note);
      throw new Error("signed out");
    }
    Object.assign(note, { stuck: true, message: problem.title || "没有送成，请检查后再送" });
    await put(note);
    return false;
  }
  async function deliver(note) {
    for (const photo of note.photos) {
      if (photo.id) { continue; }
      const form = new FormData();
      form.append("photo", new Blob([photo.bytes], { type: "image/jpeg" }), "photo.jpg");
      const answer = await call("/api/v1/uploads", form);
      if (!answer.ok) { return refused(note, answer); }
      photo.id = (await answer.json()).id;
      await put(note);
    }
    const body = { text: note.text, happened_on: note.on || null, photos: note.photos.map((photo) => photo.id) };
    if (note.amount) { body.amount = note.amount; }
    const answer = await call("/api/v1/commitments/" + note.commitment + "/entries", JSON.stringify(body),
      { "Content-Type": "application/json", "Idempotency-Key": note.key });
    if (!answer.ok) { return refused(note, answer); }
    await remove(note.key);
    return true;
  }

  let busy = false, again = false, wait = FIRST_WAIT, timer = 0;
  async function send() {
    if (busy) { again = true; return; }
    busy = true;
    again = false;
    clearTimeout(timer);
    let delivered = 0;
    try {
      for (const note of await waiting()) {
        if (!note.stuck && await deliver(note)) { delivered += 1; }
      }
      wait = FIRST_WAIT;
    } catch (lost) {
      timer = setTimeout(send, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
    busy = false;
    const left = await show();
    if (delivered) { arrived(delivered, left); }
    if (again && left) { send(); }
  }
  function typing() { return all("form[data-entry]").some((form) => form.elements.text.value.trim()); }
  function arrived(count, left) {
    tell("送到了 " + count + " 条。");
    if (!left && !typing()) {
      remember("arrived", count);
      if (history.scrollRestoration) { history.scrollRestoration = "manual"; }
      location.reload();
    }
  }
  function tell(sentence) {
    const line = doc.createElement("p");
    line.className = "told";
    line.setAttribute("role", "status");
    line.textContent = sentence;
    doc.querySelector("main").insertBefore(line, doc.querySelector("main").firstChild);
    line.scrollIntoView(false);
  }

  /* ---- what waits, in words */
  function button(label, act) {
    const made = doc.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }
  function line(note) {
    const item = doc.createElement("li"), title = doc.createElement("b"), text = doc.createElement("span");
    title.textContent = note.title;
    text.textContent = note.text + (note.photos.length ? "（" + note.photos.length + " 张照片）" : "");
    item.append(title, text);
    if (note.message) {
      const why = doc.createElement("p");
      why.className = "wrong";
      why.textContent = note.message;
      item.append(why);
    }
    if (note.stuck) {
      item.append(
        button("拿回来改", () => takeBack(note)),
        button("不要了", () => remove(note.key).then(show))
      );
    }
    return item;
  }
  async function takeBack(note) {
    const form = doc.querySelector('form[data-entry="' + note.commitment + '"]');
    if (!form) { location.href = "/my/commitments/" + note.commitment; return; }
    form.elements.text.value = note.text;
    keep(form);
    await remove(note.key);
    await show();
    open(form);
    form.elements.text.focus();
  }
  async function show() {
    const notes = await waiting(), box = doc.getElementById("queue"), list = box.querySelector("ul");
    list.textContent = "";
    notes.forEach((note) => list.append(line(note)));
    box.hidden = !notes.length;
    box.querySelector("[data-send]").hidden = !notes.some((note) => !note.stuck);
    return notes.length;
  }
  doc.querySelector("[data-send]").addEventListener("click", () => { wait = FIRST_WAIT; send(); });

  /* ---- what is being typed stays until it was sent */
  const FIELDS = ["text", "amount", "happened_on", "title", "kind", "target_amount", "unit", "due_on", "beneficiary", "measures", "category"];
  const draftName = (form) => "pocket:" + who + ":" + (form.dataset.entry || form.dataset.keep);
  function keep(form) {
    const values = {};
    FIELDS.forEach((name) => { if (form.elements[name]) { values[name] = form.elements[name].value; } });
    const worth = (values.text || values.title || "").trim();
    if (shelf) { try { worth ? shelf.setItem(draftName(form), JSON.stringify(values)) : shelf.removeItem(draftName(form)); } catch (full) { /* the form itself still holds it */ } }
  }
  function open(form) { for (let part = form.parentNode; part; part = part.parentNode) { if (part.tagName === "DETAILS") { part.open = true; } } }
  function restore(form) {
    let values = null;
    try { values = JSON.parse((shelf && shelf.getItem(draftName(form))) || "null"); } catch (broken) { values = null; }
    const main = form.elements.text || form.elements.title;
    if (!values || main.value.trim()) { return; }
    FIELDS.forEach((name) => {
      if (form.elements[name] && values[name] && name !== "happened_on") { form.elements[name].value = values[name]; }
    });
    open(form);
  }
  function dropDraft(form) { if (shelf) { shelf.removeItem(draftName(form)); } }

  async function accept(form) {
    const field = form.elements;
    const note = {
      key: newKey(), who, commitment: form.dataset.entry, title: form.dataset.title, at: Date.now(),
      text: field.text.value.trim(), on: field.happened_on.value, photos: await packed(Array.from(field.photos.files).slice(0, MOST_PHOTOS)),
      amount: field.amount ? parseInt(field.amount.value, 10) || 0 : 0,
    };
    await put(note);
    dropDraft(form);
    form.reset();
    field.text.value = "";
    form.querySelector(".shots").textContent = form.querySelector(".chosen").textContent = "";
    for (let part = form.parentNode; part; part = part.parentNode) { if (part.tagName === "DETAILS" && part.className.indexOf("note-down") >= 0) { part.open = false; } }
    await show();
    doc.getElementById("queue").scrollIntoView();
    send();
  }
  /* Spaces alone pass the browser's own check, and an old one has none. */
  function askForWords(form) {
    const field = form.elements.text;
    let said = form.querySelector(".no-words");
    if (!said) {
      said = doc.createElement("p");
      said.className = "wrong no-words";
      said.setAttribute("role", "alert");
      field.parentNode.append(said);
    }
    said.textContent = "请写一句做了什么。";
    field.focus();
  }
  all("form[data-entry]").forEach((form) => {
    restore(form);
    form.elements.text.addEventListener("input", () => {
      const said = form.querySelector(".no-words");
      if (said) { said.remove(); }
    });
    form.addEventListener("input", () => keep(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.sending) { return; }
      if (!form.elements.text.value.trim()) { askForWords(form); return; }
      form.sending = true;
      /* Without a store (a private window) the plain form does it. */
      accept(form).catch(() => HTMLFormElement.prototype.submit.call(form)).then(() => { form.sending = false; });
    });
    form.elements.photos.addEventListener("change", () => {
      const files = Array.from(form.elements.photos.files), shots = form.querySelector(".shots");
      shots.textContent = "";
      form.querySelector(".chosen").textContent = "选了 " + files.length + " 张" + (files.length > MOST_PHOTOS ? "，只用前 " + MOST_PHOTOS + " 张。" : "。");
      files.slice(0, MOST_PHOTOS).forEach((file, index) => {
        const picture = doc.createElement("img");
        picture.alt = "选好的照片 " + (index + 1);
        picture.src = URL.createObjectURL(file);
        shots.append(picture);
      });
    });
  });

  /* ---- a proposal is kept while it is written; it needs the network to be handed in */
  all("form[data-keep]").forEach((form) => {
    restore(form);
    form.addEventListener("input", () => keep(form));
    form.addEventListener("submit", (event) => {
      if (navigator.onLine !== false) { remember("handed", draftName(form)); return; }
      event.preventDefault();
      keep(form);
      tell("没有网，写的已经留在手机里。有网时再点一次。");
      window.scrollTo(0, 0);
    });
    const only = () => all("[data-only]", form).forEach((part) => { part.hidden = form.elements.kind.value !== part.dataset.only; });
    all('[name="kind"]', form).forEach((choice) => choice.addEventListener("change", only));
    only();
  });

  /* ---- leaving: nothing of this person stays on the phone */
  function forgetPages() {
    if (window.caches && caches.keys) { caches.keys().then((names) => names.forEach((name) => { if (/^pocket-/.test(name)) { caches.delete(name); } })).catch(() => undefined); }
  }
  all("form[data-leave]").forEach((form) => form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const notes = await waiting().catch(() => []), line = form.querySelector(".wrong");
    if (notes.length && line.hidden) {
      line.textContent = "还有 " + notes.length + " 条没送出，退出就没有了。真要退出，再点一次。";
      line.hidden = false;
      return;
    }
    await Promise.all(notes.map((note) => remove(note.key)));
    if (shelf) { Object.keys(shelf).forEach((name) => { if (name.indexOf("pocket:" + who) === 0) { shelf.removeItem(name); } }); }
    forgetPages();
    HTMLFormElement.prototype.submit.call(form);
  }));

  /* ---- network comes and goes */
  function signal() { doc.getElementById("offline").hidden = navigator.onLine !== false; }
  window.addEventListener("online", () => { signal(); wait = FIRST_WAIT; send(); });
  window.addEventListener("offline", signal);
  doc.addEventListener("visibilitychange", () => { if (!doc.hidden) { send(); } });
  signal();
  const count = recall("arrived"), handed = recall("handed");
  if (count) { tell("送到了 " + count + " 条，大家都能看到。"); }
  if (handed && shelf && doc.querySelector(".told.done")) { shelf.removeItem(handed); }
  opened.then(() => show()).then(send).catch(() => undefined);

  if (window.isSecureContext && navigator.serviceWorker) {
    navigator.serviceWorker.register("/my/worker.js", { scope: "/my" })
      .then(() => navigator.serviceWorker.ready)
      .then((ready) => ready.active.postMessage({ keep: ["/my"].concat(all("script[src]").map((script) => script.getAttribute("src"))) }))
      .catch(() => undefined);
  }
})();
