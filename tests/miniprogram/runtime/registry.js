/** Loads the program's scripts and registers its pages and components with the framework. */
import { environment } from './backend.js';
import { builtInSpace } from './builtins/define.js';
import { complain, program, unsupported } from './record.js';
import { stack } from './stack.js';
import { wx } from './wx/index.js';

export const space = environment.createCodeSpace('app', true);

/** The object given to App(). @type {any} */
let appInstance = null;

/** @type {Record<string, { exports: any }>} */
const modules = {};
/** @type {Set<string>} */
const registered = new Set();
/** @type {Set<string>} pages written as Component(), whose properties are filled from the query */
export const componentPages = new Set();
/** Style sheets of pages: only that of the page on top is in force. @type {Record<string, HTMLStyleElement>} */
export const pageStyles = {};

/** What Page(), Component() and Behavior() mean in the file being registered. @type {any} */
let current = null;

const outside = () => {
  throw new Error('Page() or Component() was called outside the registration of its file');
};

/** Browser objects that do not exist in WeChat. */
const ABSENT = ['window', 'document', 'fetch', 'localStorage', 'sessionStorage', 'indexedDB', 'XMLHttpRequest'].concat(
  ['location', 'navigator', 'history', 'self', 'globalThis', 'URL', 'URLSearchParams', 'atob', 'btoa', 'Blob', 'File'],
  ['FormData', 'WebSocket', 'structuredClone', 'queueMicrotask', 'requestAnimationFrame', 'crypto', 'alert', 'confirm'],
  ['TextEncoder', 'TextDecoder', 'AbortController', 'Image', 'Event', 'CustomEvent', 'performance', 'top', 'parent', 'name'],
);

const makeBehavior = (/** @type {any} */ definition) =>
  space.componentEnv('__behavior', (/** @type {any} */ { Behavior }) => Behavior(definition));

/** @type {Record<string, any>} */
const given = {
  // Belongs to the file being registered even when a shared module calls it, as in WeChat.
  Page: (/** @type {any} */ definition) => (current ? current.Page : outside)(definition),
  Component: (/** @type {any} */ definition) => (current ? current.Component : outside)(definition),
  Behavior: (/** @type {any} */ definition) => makeBehavior(withKnownBehaviors(definition)),
  App: (/** @type {any} */ definition) => {
    appInstance = definition;
  },
  getApp: () => appInstance,
  getCurrentPages: () => stack.map((one) => one.page),
  global: {},
};

/** @param {string} path of a script @returns {any} its exports */
export function load(path) {
  if (modules[path]) return modules[path].exports;
  const text = program.scripts[path];
  if (text === undefined) throw new Error(`module not found: ${path}`);
  const module = (modules[path] = { exports: {} });
  const require = (/** @type {string} */ reference) => {
    const target = program.requires[path][reference];
    if (!target) throw new Error(`module not found: ${reference} from ${path}`);
    return load(target);
  };
  const names = ['require', 'module', 'exports', 'wx', ...Object.keys(given), ...ABSENT];
  const run = new Function(...names, `${text}\n//# sourceURL=miniprogram/${path}`);
  run.call(undefined, require, module, module.exports, wx, ...Object.values(given));
  return module.exports;
}

/** @returns {any} the application, after app.js has run */
export function loadApp() {
  if (program.scripts['app.js'] !== undefined) load('app.js');
  appInstance ??= {};
  return appInstance;
}

/** @returns {any} */
export const application = () => appInstance;

const WX_BEHAVIORS = /** @type {Record<string, any>} */ ({
  'wx://form-field': { properties: { name: String, value: null } },
  'wx://form-field-group': {},
  'wx://form-field-button': {},
  'wx://component-export': {},
});

/** @param {any} definition @returns {any} with WeChat's named behaviors as real ones */
function withKnownBehaviors(definition) {
  if (!Array.isArray(definition?.behaviors)) return definition;
  const behaviors = definition.behaviors.map((/** @type {any} */ one) => {
    if (typeof one !== 'string') return one;
    if (!WX_BEHAVIORS[one]) unsupported(`behavior ${one}`);
    return makeBehavior(WX_BEHAVIORS[one] ?? {});
  });
  return { ...definition, behaviors };
}

/** @param {string} id @param {string} text @returns {HTMLStyleElement} */
function addStyle(id, text) {
  const style = document.createElement('style');
  style.dataset.of = id;
  style.textContent = text;
  document.head.append(style);
  return style;
}

/** @param {any} config @param {any} options @returns {string | undefined} */
function isolationOf(config, options) {
  if (config.styleIsolation || options?.styleIsolation) return config.styleIsolation || options.styleIsolation;
  return options?.addGlobalClass || config.addGlobalClass ? 'apply-shared' : undefined;
}

/**
 * Tells the framework about configuration, template and style: it wants them before the definition.
 *
 * @param {string} path @param {string} scope prefix of the component's classes @param {any} definition
 */
function prepare(path, scope, definition) {
  const { config, isPage } = program.components[path];
  const isolation = isolationOf(config, definition?.options);
  const settings = /** @type {any} */ ({ ...config, component: !isPage });
  if (isolation) settings.styleIsolation = isolation;
  space.addComponentStaticConfig(path, settings);
  space.addStyleSheet(path, undefined, scope);
  space.addCompiledTemplate(path, { groupList: program.templates, content: program.templates[path] });
  const shared = isPage || isolation === 'shared' || isolation === 'page-shared';
  const css = (program.styles[path] ?? '').replaceAll('__SCOPE__', shared ? '' : `${scope}--`);
  if (!css) return;
  const style = addStyle(path, css.replaceAll('.__HOST__', `[wx-host="${scope}"]`));
  if (isPage) {
    style.disabled = true;
    pageStyles[path] = style;
  }
}

/** @param {string} path page or component */
function register(path) {
  if (registered.has(path)) return;
  registered.add(path);
  const scope = `s${registered.size}`;
  const { config } = program.components[path];
  for (const target of Object.values(config.usingComponents ?? {})) register(target.slice(1));
  for (const generic of Object.values(config.componentGenerics ?? {})) {
    if (typeof generic === 'object' && generic.default) register(generic.default.slice(1));
  }
  const before = current;
  let times = 0;
  space.componentEnv(path, (/** @type {any} */ { Page, Component }) => {
    const define = (/** @type {any} */ constructor, /** @type {any} */ definition) => {
      times += 1;
      const known = withKnownBehaviors(definition);
      prepare(path, scope, known);
      constructor(known);
    };
    current = {
      Page: (/** @type {any} */ definition) => define(Page, { ...definition }),
      Component(/** @type {any} */ definition) {
        componentPages.add(path);
        define(Component, definition);
      },
    };
    try {
      load(`${path}.js`);
    } finally {
      current = before;
    }
  });
  if (times !== 1) complain(`${path}.js must call Page() or Component() once, it did so ${times} times`);
}

/** Components whose `ready` is due: after the page has been shown, or after the present change. @type {any[]} */
let waiting = [];
let holding = false;

/** Fires `ready` for everything attached since the last time. */
export function flushReady() {
  holding = false;
  const due = waiting;
  waiting = [];
  for (const component of due) component.triggerLifetime('ready', []);
}

/** Keeps `ready` back until `flushReady`. */
export function holdReady() {
  holding = true;
}

/** The framework itself never fires `ready`. @param {any} component */
function attached(component) {
  waiting.push(component);
  if (!holding && waiting.length === 1) queueMicrotask(() => holding || flushReady());
}

function installBuiltIns() {
  const known = builtInSpace.getComponentSpace();
  for (const tag of Object.keys(program.builtIns)) {
    if (!known.getComponentByUrlWithoutDefault(tag, '')) continue;
    space.getComponentSpace().setGlobalUsingComponent(tag, known.getComponentByUrl(tag, ''));
  }
}

/** Most that one setData may carry to the other thread. */
const MOST_DATA = 1024 * 1024;

/** @param {string} where @param {any} data argument of setData, as WeChat would carry it over */
function checkData(where, data) {
  for (const [name, value] of Object.entries(data ?? {})) {
    if (value === undefined) complain(`${where}: setData of ${name} to undefined changes nothing on a phone`);
    if (typeof value === 'function') complain(`${where}: setData of a function: ${name}`);
  }
  if ((JSON.stringify(data)?.length ?? 0) > MOST_DATA) complain(`${where}: setData of more than ${MOST_DATA} bytes`);
}

/** @param {any} component whose setData from now on is looked at */
function watchData(component) {
  const caller = component.getMethodCaller();
  const { setData } = caller;
  caller.setData = (/** @type {any} */ data, /** @type {any} */ callback) => {
    checkData(component.is, data);
    return setData.call(caller, data, callback);
  };
}

function installLifetimes() {
  const behavior = space
    .getComponentSpace()
    .define()
    .lifetime('created', function () {
      const self = /** @type {any} */ (this);
      watchData(self._$ ?? self);
    })
    .lifetime('attached', function () {
      const self = /** @type {any} */ (this);
      attached(self._$ ?? self);
    });
  space.setOverallBehavior(/** @type {any} */ (behavior.registerBehavior()));
}

/** Registers every page and component; WXS gets its globals. */
export function registerAll() {
  window.getRegExp = (pattern, flags) => new RegExp(pattern, flags);
  window.getDate = (...parts) => Reflect.construct(Date, parts);
  window.__wxsConstructor = (value) => (value === null || value === undefined ? undefined : value.constructor.name);
  installBuiltIns();
  installLifetimes();
  if (program.styles.app) addStyle('app', program.styles.app);
  for (const page of program.pages) register(page);
}
