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

/** @param {any} field @param {any} value */
function focusIf(field, value) {
  if (value) field.focus();
}

/** What a property does to the real element. @type {Record<string, (field: any, value: any) => void>} */
const FOR_BOTH = {
  value(field, value) {
    if (field.value !== (value ?? '')) field.value = value ?? '';
  },
  placeholder(field, value) {
    field.placeholder = value;
  },
  disabled(field, value) {
    field.disabled = Boolean(value);
  },
  maxlength: (field, value) => setAttribute(field, 'maxlength', value >= 0 ? value : null),
  focus: focusIf,
  autoFocus: focusIf,
  ariaLabel: (field, value) => setAttribute(field, 'aria-label', value),
};

/** @type {Record<string, (field: any, value: any) => void>} */
const FOR_INPUT = {
  type(field, value) {
    field.inputMode = INPUT_MODES[value] ?? 'text';
  },
  password(field, value) {
    field.type = value ? 'password' : 'text';
  },
};

/** @param {any} field @param {string} kind @param {string} name @param {any} value */
function syncField(field, kind, name, value) {
  FOR_BOTH[name]?.(field, value);
  if (kind === 'input') FOR_INPUT[name]?.(field, value);
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
