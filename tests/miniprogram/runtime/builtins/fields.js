/** `input` and `textarea`. */
import { define, host, setAttribute } from './define.js';

const PROPERTIES = {
  value: String,
  type: { type: String, value: 'text' },
  password: Boolean,
  placeholder: String,
  placeholderStyle: String,
  placeholderClass: String,
  maxlength: { type: Number, value: 140 },
  focus: Boolean,
  autoHeight: Boolean,
  autoFocus: Boolean,
  confirmType: String,
  confirmHold: Boolean,
  cursor: Number,
  cursorSpacing: Number,
  selectionStart: Number,
  selectionEnd: Number,
  adjustPosition: Boolean,
  adjustKeyboardTo: String,
  holdKeyboard: Boolean,
  showConfirmBar: Boolean,
  disableDefaultPadding: Boolean,
  fixed: Boolean,
  alwaysEmbed: Boolean,
};

/** @type {Record<string, string>} */
const INPUT_MODES = { number: 'numeric', digit: 'decimal', idcard: 'text', text: 'text' };

/** @param {any} field @param {string} kind @param {string} name @param {any} value */
function syncField(field, kind, name, value) {
  if (name === 'value' && field.value !== (value ?? '')) field.value = value ?? '';
  else if (name === 'placeholder') field.placeholder = value;
  else if (name === 'disabled') field.disabled = Boolean(value);
  else if (name === 'maxlength') setAttribute(field, 'maxlength', value >= 0 ? value : null);
  else if ((name === 'focus' || name === 'autoFocus') && value) field.focus();
  else if (name === 'ariaLabel') setAttribute(field, 'aria-label', value);
  else if (kind === 'input' && name === 'type') field.inputMode = INPUT_MODES[value] ?? 'text';
  else if (kind === 'input' && name === 'password') field.type = value ? 'password' : 'text';
}

/** @param {any} component @param {any} field @param {string} kind */
function listen(component, field, kind) {
  field.addEventListener('input', (/** @type {Event} */ event) => {
    event.stopPropagation();
    component.setData({ value: field.value });
    component.triggerEvent('input', { value: field.value, cursor: field.selectionStart, keyCode: 0 }, {});
  });
  field.addEventListener('focus', () => component.triggerEvent('focus', { value: field.value, height: 300 }, {}));
  field.addEventListener('blur', () => component.triggerEvent('blur', { value: field.value, cursor: 0 }, {}));
  field.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' || kind !== 'input') return;
    component.triggerEvent('confirm', { value: field.value }, {});
  });
}

/** @param {'input' | 'textarea'} kind */
function defineField(kind) {
  define(kind, {
    properties: PROPERTIES,
    attached(element) {
      this._field = element.querySelector(kind);
      listen(this, this._field, kind);
    },
    sync(name, value) {
      if (!this._field) return;
      syncField(this._field, kind, name, value);
      // The label belongs to what is typed into, not to the box around it.
      if (name === 'ariaLabel') host(this).removeAttribute('aria-label');
    },
    methods: {
      _value() {
        return this._field.value;
      },
      _reset() {
        this.setData({ value: '' });
        this._field.value = '';
      },
    },
  });
}

export function defineFields() {
  defineField('input');
  defineField('textarea');
}
