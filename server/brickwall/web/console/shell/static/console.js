// Comfort on top of pages that work without it. Runs in Chrome 70 and iOS 12: no optional chaining.
import { keepDrafts } from "./drafts.js";

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

function typing(target) {
  return /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) || target.isContentEditable;
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (link) link.click();
}

function bindKeys() {
  const acts = {
    "/": () => { const box = document.querySelector("[data-search]"); if (box) { box.focus(); box.select(); } },
    t: () => { window.location.assign("/console/today/"); },
    n: () => follow("a[rel=next]"),
    p: () => follow("a[rel=prev]"),
    "?": () => { const list = document.getElementById("keys"); if (list) { list.open = true; list.querySelector("summary").focus(); } },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !document.getElementById("keys")) return;
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });
}

function bindMenu() {
  const side = document.getElementById("nav");
  const opener = document.querySelector(".bar .menu");
  if (!side || !opener) return;
  const show = (open) => {
    side.classList.toggle("open", open);
    opener.setAttribute("aria-expanded", String(open));
    (open ? side.querySelector("nav a") : opener).focus();
  };
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", (event) => { event.preventDefault(); show(!side.classList.contains("open")); });
  side.querySelector(".fold").addEventListener("click", (event) => { event.preventDefault(); show(false); });
}

function bindTables() {
  all("select[data-auto]").forEach((select) => select.addEventListener("change", () => select.form.submit()));
  all("[data-pick-all]").forEach((box) => box.addEventListener("change", () => {
    all("tbody .pick input", box.closest("table")).forEach((each) => { each.checked = box.checked; });
  }));
}

// A second tap on a slow network must not send a form twice.
function bindSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method !== "post" || form.classList.contains("export")) return;
    form.dataset.sent = "1";
    window.setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));
}

// A job's page asks how far it is, and reloads once it has ended.
function followJob() {
  const box = document.querySelector("[data-job]");
  if (!box) return;
  const ask = () => fetch(box.dataset.job, { headers: { Accept: "application/json" }, credentials: "same-origin" })
    .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
    .then((state) => {
      if (state.finished) { window.location.reload(); return; }
      box.querySelector("progress").value = state.progress;
      box.querySelector("[data-percent]").textContent = `${state.progress}%`;
      window.setTimeout(ask, 1000);
    })
    .catch(() => { window.setTimeout(ask, 5000); });
  window.setTimeout(ask, 1000);
}

function focusProblems() {
  const problems = document.querySelector(".problems");
  if (problems) problems.focus();
}

bindKeys();
bindMenu();
bindTables();
bindSubmits();
followJob();
focusProblems();
keepDrafts();
