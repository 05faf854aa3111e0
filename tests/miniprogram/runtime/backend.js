/**
 * The framework's DOM backend. Every tag of the mini-program becomes `<wx-TAG>`, so that no HTML
 * element's own looks or behaviour leak in; `<html-TAG>`, used by our built-in components only,
 * becomes the real element.
 */
import * as adapter from 'glass-easel-miniprogram-adapter';
import { complain, program, warn } from './record.js';
import { rpxToVw } from './units.js';

const { glassEasel } = adapter;

/** @returns {Set<string>} tags that may occur */
function knownTags() {
  const tags = new Set([...Object.keys(program.builtIns), 'virtual', 'page']);
  for (const { config } of Object.values(program.components)) {
    for (const tag of Object.keys(config.usingComponents ?? {})) tags.add(tag);
    for (const tag of Object.keys(config.componentGenerics ?? {})) tags.add(tag);
  }
  return tags;
}

const KNOWN = knownTags();

/** @param {string} tag @returns {string} name of the element in the document */
function elementName(tag) {
  if (tag.startsWith('html-')) return tag.slice(5);
  if (tag === 'virtual') return tag;
  if (!KNOWN.has(tag)) {
    KNOWN.add(tag);
    complain(`unknown tag <${tag}>: neither built in nor in usingComponents`);
  }
  return `wx-${tag}`;
}

/** @param {string} tag @returns {HTMLElement} an element whose style attribute understands rpx */
function createElement(tag) {
  const element = document.createElement(elementName(tag));
  const set = element.setAttribute.bind(element);
  element.setAttribute = (name, value) => set(name, name === 'style' ? rpxToVw(value) : value);
  return element;
}

const documentProxy = new Proxy(document, {
  get(target, key) {
    if (key === 'createElement') return createElement;
    const value = Reflect.get(target, key);
    return typeof value === 'function' ? value.bind(target) : value;
  },
});

/** @param {any} touch @returns {any} */
const touchFields = (touch) => ({
  identifier: touch.identifier,
  pageX: touch.pageX,
  pageY: touch.pageY,
  clientX: touch.clientX,
  clientY: touch.clientY,
});

/**
 * @param {string} type
 * @param {any} detail
 * @param {any} original the browser's event
 * @returns {any} fields WeChat adds to touch events
 */
function extraFields(type, detail, original) {
  if (!original || !(original.changedTouches || type === 'tap')) return {};
  const single = { identifier: 0, pageX: detail.x, pageY: detail.y, clientX: detail.x, clientY: detail.y };
  return {
    touches: [...(original.touches ?? [])].map(touchFields),
    changedTouches: original.changedTouches ? [...original.changedTouches].map(touchFields) : [single],
  };
}

/**
 * Events that a mini-program knows from the browser itself. Everything else, such as `change` or
 * `scroll`, comes from the built-in components, with WeChat's own detail.
 */
const NATIVE = new Set(['touchstart', 'touchmove', 'touchend', 'touchcancel', 'tap', 'canceltap'].concat(
  ['transitionend', 'animationstart', 'animationiteration', 'animationend'],
));

/**
 * @param {any} target @param {string} type @param {any} detail @param {any} options
 * @returns {any} how far the event went
 */
function onEvent(target, type, detail, options) {
  if (!NATIVE.has(type)) return undefined;
  const position = type === 'tap' ? { x: detail.x, y: detail.y } : detail;
  const event = new glassEasel.Event(type, position, {
    bubbles: options.bubbles,
    composed: options.composed,
    capturePhase: true,
    originalEvent: options.originalEvent,
    extraFields: extraFields(type, position, options.originalEvent),
  });
  glassEasel.Event.dispatchEvent(target, event);
  return event.getEventBubbleStatus();
}

function createContext() {
  glassEasel.globalOptions.throwGlobalError = false;
  glassEasel.globalOptions.writeIdToDOM = true;
  glassEasel.addGlobalErrorListener((error) => {
    complain(error);
    return false;
  });
  glassEasel.addGlobalWarningListener((message) => {
    warn(String(message));
    return false;
  });
  const context = new glassEasel.CurrentWindowBackendContext();
  context.document = /** @type {any} */ (documentProxy);
  context.onEvent(onEvent);
  return context;
}

export const environment = new adapter.MiniProgramEnv();
export const backend = environment.associateBackend(/** @type {any} */ (createContext()));
