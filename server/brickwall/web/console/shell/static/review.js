// A review queue by keyboard: an element with data-key is pressed by that key; a folded question
// opens and its box takes the cursor. Counted fields show only for what is counted.
function typing(target) {
  return /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) || target.isContentEditable;
}

function press(element) {
  if (element.tagName !== "SUMMARY") { element.click(); return; }
  element.parentNode.open = true;
  const box = element.parentNode.querySelector("textarea, input:not([type=hidden])");
  if (box) box.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const found = /^[a-z]$/.test(event.key) ? document.querySelector(`[data-key="${event.key}"]`) : null;
  if (found) { event.preventDefault(); press(found); }
});

const kind = document.getElementById("field-kind");
const counted = document.getElementById("counted");
if (kind && counted) {
  const show = () => { counted.hidden = kind.value !== "counted"; };
  kind.addEventListener("change", show);
  show();
}
