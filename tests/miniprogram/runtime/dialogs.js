/** Toasts, modal dialogs and action sheets, drawn over the page. */

/** @type {ReturnType<typeof setTimeout> | undefined} */
let toastTimer;

const ICONS = /** @type {Record<string, string>} */ ({ success: '✓', error: '✕', loading: '⟳' });

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} text @param {Record<string, string>} [attributes]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function hideToast() {
  clearTimeout(toastTimer);
  document.getElementById('wx-toast')?.remove();
}

/** @param {{ title?: string, icon?: string, duration?: number }} options */
export function showToast({ title = '', icon = 'success', duration = 1500 }) {
  hideToast();
  const box = element('div', '', { id: 'wx-toast', role: 'status' });
  if (ICONS[icon]) box.append(element('span', ICONS[icon], { class: 'icon', 'aria-hidden': 'true' }));
  box.append(title);
  document.body.append(box);
  if (icon !== 'loading') toastTimer = setTimeout(hideToast, duration);
}

/**
 * @param {{ title?: string, content?: string, buttons: string[], field?: string | null, sheet?: boolean }} question
 * @param {(box: HTMLElement) => void} [onShown]
 * @returns {Promise<number>} index of the button pressed
 */
export function ask({ title = '', content = '', buttons, field = null, sheet = false }, onShown) {
  const dialog = element('div', '', { class: sheet ? 'wx-modal wx-sheet' : 'wx-modal', role: 'dialog', 'aria-modal': 'true' });
  if (title || content) dialog.setAttribute('aria-label', title || content);
  const box = element('div', '');
  if (title) box.append(element('h3', title));
  if (content) box.append(element('p', content));
  if (field !== null) box.append(element('input', '', { placeholder: field, 'aria-label': field }));
  dialog.append(box);
  document.body.append(dialog);
  onShown?.(box);
  // The browser's own click follows the touch that opened the dialog: it must not press a button.
  let touched = false;
  dialog.addEventListener('pointerdown', () => {
    touched = true;
  });
  return new Promise((resolve) => {
    buttons.forEach((text, index) => {
      const button = element('button', text);
      button.onclick = () => {
        if (!touched) return;
        dialog.remove();
        resolve(index);
      };
      box.append(button);
    });
  });
}

/** @param {any} options as of wx.showModal @returns {Promise<any>} */
export async function showModal(options) {
  const confirm = options.confirmText || '确定';
  const buttons = options.showCancel === false ? [confirm] : [options.cancelText || '取消', confirm];
  /** @type {HTMLInputElement | null} */
  let input = null;
  const question = {
    title: options.title,
    content: options.editable ? '' : options.content,
    buttons,
    field: options.editable ? options.placeholderText || '' : null,
  };
  const chosen = await ask(question, (box) => {
    input = box.querySelector('input');
    if (input && options.content) input.value = options.content;
  });
  const confirmed = chosen === buttons.length - 1;
  const typed = /** @type {HTMLInputElement | null} */ (input)?.value;
  return { confirm: confirmed, cancel: !confirmed, ...(options.editable && confirmed ? { content: typed } : {}) };
}

/** @param {any} options as of wx.showActionSheet @returns {Promise<any>} */
export async function showActionSheet(options) {
  const items = options.itemList;
  if (items.length > 6) throw { errMsg: 'fail parameter error: itemList should not be larger than 6' };
  const chosen = await ask({ title: options.alertText, buttons: [...items, '取消'], sheet: true });
  if (chosen === items.length) throw { errMsg: 'fail cancel' };
  return { tapIndex: chosen };
}
