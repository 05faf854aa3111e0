/** Radio, checkbox, switch, slider and picker. */
import { complain } from '../record.js';
import { around, define, host, inside, setAttribute } from './define.js';

/** @param {any} component */
function radioChanged(component) {
  const group = around(component, 'radio-group');
  if (!group) return;
  for (const other of inside(group, 'wx-radio')) if (other !== component) other._control.checked = false;
  group.triggerEvent('change', { value: component.data.value }, {});
}

/** @param {any} component */
function checkboxChanged(component) {
  const group = around(component, 'checkbox-group');
  if (group) group.triggerEvent('change', { value: group._value() }, {});
}

/** @type {Record<string, (component: any) => void>} */
const CHANGED = {
  radio: radioChanged,
  checkbox: checkboxChanged,
  switch: (component) => component.triggerEvent('change', { value: component._control.checked }, {}),
};

/** @param {string} kind */
function defineToggle(kind) {
  define(kind, {
    properties: { value: String, checked: Boolean, color: String, type: String },
    attached(element) {
      this._control = element.querySelector('input');
      this._control.addEventListener('change', () => CHANGED[kind](this));
    },
    sync(name, value, element) {
      if (!this._control) return;
      if (name === 'checked') this._control.checked = Boolean(value);
      else if (name === 'disabled') this._control.disabled = Boolean(value);
      else if (name === 'ariaLabel') {
        setAttribute(this._control, 'aria-label', value);
        element.removeAttribute('aria-label');
      }
    },
    methods: {
      _value() {
        return this._control.checked;
      },
      _reset() {
        this._control.checked = this.data.checked;
      },
    },
  });
}

function defineGroups() {
  define('radio-group', {
    role: 'radiogroup',
    methods: {
      _value() {
        return inside(this, 'wx-radio').find((one) => one._control.checked)?.data.value ?? '';
      },
    },
  });
  define('checkbox-group', {
    methods: {
      _value() {
        const chosen = inside(this, 'wx-checkbox').filter((one) => one._control.checked);
        return chosen.map((one) => one.data.value);
      },
    },
  });
}

function defineSlider() {
  define('slider', {
    properties: {
      value: Number,
      min: Number,
      max: { type: Number, value: 100 },
      step: { type: Number, value: 1 },
      showValue: Boolean,
    },
    attached(element) {
      this._control = element.querySelector('input');
      this._control.onchange = () => this.triggerEvent('change', { value: Number(this._control.value) }, {});
    },
    sync(name, value) {
      if (this._control && ['min', 'max', 'step', 'value'].includes(name)) this._control[name] = value;
    },
    methods: {
      _value() {
        return Number(this._control.value);
      },
    },
  });
}

const PICKER = {
  mode: { type: String, value: 'selector' },
  range: Array,
  rangeKey: String,
  value: null,
  start: String,
  end: String,
  fields: String,
  headerText: String,
};

/** @param {any} picker */
function fillSelect(picker) {
  const { range, rangeKey, value } = picker.data;
  const texts = (range ?? []).map((/** @type {any} */ one) => String(rangeKey ? one[rangeKey] : one));
  picker._select.replaceChildren(...texts.map((/** @type {string} */ text, /** @type {number} */ at) => new Option(text, String(at))));
  picker._select.value = String(value ?? 0);
}

/** @param {any} picker */
function arrangePicker(picker) {
  const { mode, value, start, end, fields, ariaLabel } = picker.data;
  if (!['selector', 'date', 'time'].includes(mode)) complain(`picker mode ${mode} is not supported here`);
  const list = mode === 'selector';
  picker._control = list ? picker._select : picker._input;
  picker._select.hidden = !list;
  picker._input.hidden = list;
  setAttribute(picker._control, 'aria-label', ariaLabel || host(picker).textContent.trim());
  picker._control.disabled = picker.data.disabled;
  if (list) {
    fillSelect(picker);
    return;
  }
  picker._input.type = mode === 'date' && fields === 'month' ? 'month' : mode;
  setAttribute(picker._input, 'min', start);
  setAttribute(picker._input, 'max', end);
  picker._input.value = value ?? '';
}

function definePicker() {
  define('picker', {
    properties: PICKER,
    attached(element) {
      this._select = element.querySelector('select');
      this._input = element.querySelector(':scope > input');
      const changed = () => this.triggerEvent('change', { value: this._control.value }, {});
      this._select.onchange = changed;
      this._input.onchange = changed;
    },
    sync(name, _, element) {
      if (!this._select) return;
      if (name in PICKER || name === 'disabled') arrangePicker(this);
      if (name === 'ariaLabel') {
        arrangePicker(this);
        element.removeAttribute('aria-label');
      }
    },
    methods: {
      _value() {
        return this._control.value;
      },
    },
  });
}

export function defineChoices() {
  for (const kind of ['radio', 'checkbox', 'switch']) defineToggle(kind);
  defineGroups();
  defineSlider();
  definePicker();
}
