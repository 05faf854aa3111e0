/** How a built-in component is made: properties, their reflection into the document, its behaviour. */
import { environment } from '../backend.js';
import { program } from '../record.js';
import { kebab } from '../units.js';

export const builtInSpace = environment.createCodeSpace('wx-builtin', false);

/** WAI-ARIA attributes that WeChat passes on; `aria-role` becomes `role`. */
const ARIA = ['role', 'label', 'hidden', 'checked', 'selected', 'disabled', 'expanded', 'pressed', 'live', 'modal'].concat(
  ['required', 'invalid', 'current', 'haspopup', 'atomic', 'level', 'valuenow', 'valuemin', 'valuemax', 'valuetext'],
  ['labelledby', 'describedby', 'controls', 'readonly', 'multiselectable', 'posinset', 'setsize'],
);
const ariaName = (/** @type {string} */ word) => `aria${word[0].toUpperCase()}${word.slice(1)}`;
const ARIA_ATTRIBUTES = new Map(ARIA.map((word) => [ariaName(word), word === 'role' ? 'role' : `aria-${word}`]));

/** @type {Record<string, any>} */
const COMMON = {
  hidden: Boolean,
  disabled: Boolean,
  name: String,
  tabindex: null,
  hoverClass: String,
  hoverStayTime: Number,
  hoverStartTime: Number,
  hoverStopPropagation: Boolean,
  ...Object.fromEntries([...ARIA_ATTRIBUTES.keys()].map((name) => [name, null])),
};

/** @param {any} component @returns {any} the component's element in the document */
export const host = (component) => component._$.getBackendElement();

/** @param {Element} element @param {string} name @param {any} value */
export function setAttribute(element, name, value) {
  if (value === false || value === '' || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/** @param {Element} element @returns {any} the component an element belongs to */
export const componentOf = (element) => element.__wxElement?.getMethodCaller();

/** @param {any} component @param {string} selector @returns {any[]} built-in components inside */
export const inside = (component, selector) => [...host(component).querySelectorAll(selector)].map(componentOf);

/** @param {any} component @param {string} tag @returns {any} the nearest one around, or undefined */
export function around(component, tag) {
  const element = host(component).closest(`wx-${tag}`);
  return element ? componentOf(element) : undefined;
}

/**
 * @param {Element} element @param {string} name @param {any} value @param {string | undefined} role
 * @returns {boolean} whether the property is one of accessibility
 */
function reflectAria(element, name, value, role) {
  const attribute = ARIA_ATTRIBUTES.get(name);
  if (!attribute) return false;
  // `disabled` speaks for itself; aria-disabled counts where there is one.
  if (attribute === 'aria-disabled' && (value === null || value === undefined)) return true;
  const text = typeof value === 'boolean' ? String(value) : value;
  setAttribute(element, attribute, attribute === 'role' ? text || role : text);
  return true;
}

/**
 * @typedef {object} Definition
 * @property {Record<string, any>} [properties]
 * @property {string} [role] role without aria-role
 * @property {string[]} [reflect] properties that also become attributes, for base.css
 * @property {(this: any, element: any) => void} [attached]
 * @property {(this: any, name: string, value: any, element: any) => void} [sync] runs for every property
 * @property {Record<string, any>} [methods]
 */

/**
 * @param {Definition} definition @param {any} component @param {string} name @param {any} value
 */
function onProperty(definition, component, name, value) {
  const element = host(component);
  if (!element) return;
  if (name === 'hidden') setAttribute(element, 'wx-hidden', value);
  else if (name === 'disabled') {
    setAttribute(element, 'disabled', value);
    if (definition.role) setAttribute(element, 'aria-disabled', value ? 'true' : null);
  } else if (name === 'tabindex') setAttribute(element, 'tabindex', value);
  else if (!reflectAria(element, name, value, definition.role) && definition.reflect?.includes(name)) {
    setAttribute(element, kebab(name), value);
  }
  definition.sync?.call(component, name, value, element);
}

/** @param {string} tag @param {Definition} [definition] */
export function define(tag, definition = {}) {
  const properties = { ...COMMON, ...definition.properties };
  /** @type {Record<string, any>} */
  const observers = {};
  for (const name of Object.keys(properties)) {
    observers[name] = function (/** @type {any} */ value) {
      onProperty(definition, this, name, value);
    };
  }
  const lifetimes = {
    attached() {
      const self = /** @type {any} */ (this);
      definition.attached?.call(self, host(self));
      for (const name of Object.keys(properties)) onProperty(definition, self, name, self.data[name]);
    },
  };
  builtInSpace.addComponentStaticConfig(tag, /** @type {any} */ ({ component: true }));
  builtInSpace.addCompiledTemplate(tag, { groupList: program.builtIns, content: program.builtIns[tag] });
  builtInSpace.componentEnv(tag, ({ Component }) => {
    Component(/** @type {any} */ ({ properties, observers, lifetimes, methods: definition.methods ?? {} }));
  });
}
