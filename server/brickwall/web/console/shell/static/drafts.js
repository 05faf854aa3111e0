// What is typed into a form with data-draft is kept in this tab until it was saved: a session that
// ends in between, a closed window or a wrong tap loses nothing. Never passwords, codes or files.
const PREFIX = "draft:";

function storage() {
  try { window.sessionStorage.setItem("draft-test", "1"); window.sessionStorage.removeItem("draft-test"); return window.sessionStorage; } catch (error) { return null; }
}

function keyOf(form) {
  return `${PREFIX}${document.body.dataset.who || ""}:${window.location.pathname}:${form.dataset.draft}`;
}

function fieldsOf(form) {
  return Array.from(form.elements).filter((field) => field.name && !/^(password|file|hidden|submit|button)$/.test(field.type) && !/token|password|code|secret/.test(field.name));
}

function read(form) {
  return fieldsOf(form).map((field) => [field.name, /^(checkbox|radio)$/.test(field.type) ? [field.value, field.checked] : field.value]);
}

function write(form, kept) {
  const fields = fieldsOf(form);
  kept.forEach((pair, index) => {
    const field = fields[index];
    if (!field || field.name !== pair[0]) return;
    if (Array.isArray(pair[1])) field.checked = pair[1][1]; else field.value = pair[1];
  });
}

function dropAll(store, test) {
  Object.keys(store).filter((key) => key.indexOf(PREFIX) === 0 && test(JSON.parse(store.getItem(key)))).forEach((key) => store.removeItem(key));
}

function tell(form, store) {
  const line = document.createElement("p");
  const button = document.createElement("button");
  line.className = "draft";
  line.setAttribute("role", "status");
  line.textContent = "已经把您上次没交成的内容填回来了。";
  button.type = "button";
  button.className = "plain";
  button.textContent = "不要了，重新填";
  button.addEventListener("click", () => { store.removeItem(keyOf(form)); form.reset(); line.remove(); });
  line.appendChild(button);
  form.insertBefore(line, form.firstChild);
  const fold = form.closest("details");
  if (fold) fold.open = true;
}

export function keepDrafts() {
  const store = storage();
  if (!store) return;
  // A sentence of success means that what was sent is saved.
  if (document.querySelector(".flash.done")) dropAll(store, (draft) => draft.sent);
  Array.from(document.querySelectorAll("form.out")).forEach((form) => form.addEventListener("submit", () => dropAll(store, () => true)));
  Array.from(document.querySelectorAll("form[data-draft]")).forEach((form) => {
    const start = JSON.stringify(read(form));
    const kept = store.getItem(keyOf(form));
    // A form the server shows again with its problems already holds what was typed.
    if (kept && !form.querySelector(".problems")) {
      const draft = JSON.parse(kept);
      if (JSON.stringify(draft.fields) !== start) { write(form, draft.fields); tell(form, store); }
    }
    const keep = (sent) => store.setItem(keyOf(form), JSON.stringify({ fields: read(form), sent }));
    form.addEventListener("input", () => keep(false));
    form.addEventListener("change", () => keep(false));
    form.addEventListener("submit", () => keep(true));
  });
}
