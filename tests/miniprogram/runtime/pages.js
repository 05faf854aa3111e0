/** Opens and closes pages as WeChat does: one stack, at most ten deep, a bar with a title above. */
import { backend } from './backend.js';
import { element } from './dialogs.js';
import { complain, program } from './record.js';
import { componentPages, flushReady, holdReady, pageStyles, space } from './registry.js';
import { stack, topPage } from './stack.js';
import { parseUrl, resolveUrl } from './units.js';

const DEEPEST = 10;
const windowConfig = program.app.window ?? {};
const bar = element('div', '', { id: 'wx-bar' });

/** Passes messages between a page and the one that opened it. */
class EventChannel {
  constructor() {
    /** @type {[string, (...args: any[]) => void, boolean][]} */
    this.listeners = [];
  }

  /** @param {string} name @param {(...args: any[]) => void} listener */
  on(name, listener) {
    this.listeners.push([name, listener, false]);
  }

  /** @param {string} name @param {(...args: any[]) => void} listener */
  once(name, listener) {
    this.listeners.push([name, listener, true]);
  }

  /** @param {string} name @param {(...args: any[]) => void} [listener] */
  off(name, listener) {
    this.listeners = this.listeners.filter(([known, one]) => known !== name || (listener && one !== listener));
  }

  /** @param {string} name @param {any[]} args */
  emit(name, ...args) {
    const due = this.listeners.filter(([known]) => known === name);
    this.listeners = this.listeners.filter(([known, , once]) => known !== name || !once);
    for (const [, listener] of due) listener(...args);
  }
}

/** @param {() => void} step a lifecycle function of the program */
function guarded(step) {
  try {
    step();
  } catch (error) {
    complain(error);
  }
}

/** @param {import('./types').OpenPage} open @param {'show' | 'hide'} name */
export function pageLifetime(open, name) {
  guarded(() => open.page[name === 'show' ? 'onShow' : 'onHide']?.());
  open.root.getComponent().triggerPageLifetime(name, []);
}

/** Draws the bar and puts the top page in front. */
export function refresh() {
  const top = topPage();
  for (const open of stack) open.element.classList.toggle('top', open === top);
  for (const [route, style] of Object.entries(pageStyles)) style.disabled = route !== top?.route;
  if (!bar.isConnected) document.body.prepend(bar);
  if (!top) return;
  const config = program.components[top.route].config;
  bar.style.background = config.navigationBarBackgroundColor ?? windowConfig.navigationBarBackgroundColor ?? '#000';
  const textStyle = config.navigationBarTextStyle ?? windowConfig.navigationBarTextStyle;
  bar.style.color = textStyle === 'black' ? '#000' : '#fff';
  bar.replaceChildren(element('span', top.title));
  document.body.style.background = config.backgroundColor ?? windowConfig.backgroundColor ?? '#fff';
  document.title = top.title || '小程序';
  if (stack.length < 2) return;
  const button = element('button', '‹', { 'aria-label': '返回' });
  button.onclick = () => back(1);
  bar.append(button);
}

/** @param {HTMLElement} box @param {any} page */
function watchScrolling(box, page) {
  box.addEventListener('scroll', () => {
    guarded(() => page.onPageScroll?.({ scrollTop: box.scrollTop }));
    if (box.scrollTop + box.clientHeight >= box.scrollHeight - 50) guarded(() => page.onReachBottom?.());
  });
}

/** @param {string} route @param {Record<string, string>} query @returns {import('./types').OpenPage} */
function create(route, query) {
  const root = backend.createRoot('page', space, `/${route}`);
  const page = /** @type {any} */ (root.get());
  const box = element('div', '', { class: 'wx-page', 'data-route': route });
  const title = program.components[route].config.navigationBarTitleText ?? windowConfig.navigationBarTitleText ?? '';
  return { route, query, element: box, root, page, title };
}

/**
 * @param {string} url without a leading slash
 * @param {EventChannel} [channel]
 */
function show(url, channel = new EventChannel()) {
  const [route, query] = parseUrl(url);
  holdReady();
  const open = create(route, query);
  const { page, root, element: box } = open;
  Object.assign(page, { route, options: query, getOpenerEventChannel: () => channel });
  // A page that is a Component gets the query as properties, undecoded.
  if (componentPages.has(route) && Object.keys(query).length) page.setData(known(page, query));
  document.body.append(box);
  const place = element('span', '');
  box.append(place);
  stack.push(open);
  root.attach(/** @type {any} */ (box), /** @type {any} */ (place));
  refresh();
  guarded(() => page.onLoad?.(query));
  pageLifetime(open, 'show');
  flushReady();
  guarded(() => page.onReady?.());
  watchScrolling(box, page);
}

/** @param {any} page @param {Record<string, string>} query @returns {Record<string, string>} declared properties */
const known = (page, query) => Object.fromEntries(Object.entries(query).filter(([name]) => name in page.data));

function close() {
  const open = stack.pop();
  if (!open) return;
  guarded(() => open.page.onUnload?.());
  open.root.release();
  open.element.remove();
}

/** @param {string} url @returns {string} absolute, without a leading slash @throws {{errMsg: string}} */
function existing(url) {
  const absolute = resolveUrl(topPage()?.route ?? '', String(url));
  const [route] = parseUrl(absolute);
  if (!program.pages.includes(route)) throw { errMsg: `fail page "${route}" is not found` };
  return absolute;
}

/** @param {any} options @returns {any} */
export function navigateTo(options) {
  const url = existing(options.url);
  if (stack.length >= DEEPEST) throw { errMsg: 'fail webview count limit exceed' };
  const channel = new EventChannel();
  for (const [name, listener] of Object.entries(options.events ?? {})) channel.on(name, listener);
  const top = topPage();
  if (top) pageLifetime(top, 'hide');
  show(url, channel);
  return { eventChannel: channel };
}

/** @param {any} options */
export function redirectTo(options) {
  const url = existing(options.url);
  close();
  show(url);
}

/** @param {any} options */
export function reLaunch(options) {
  const url = existing(options.url);
  while (stack.length) close();
  show(url);
}

/** @param {number} delta */
export function back(delta) {
  let left = Math.min(delta, stack.length - 1);
  if (left < 1) throw { errMsg: 'fail cannot navigate back at first page' };
  for (; left > 0; left -= 1) close();
  refresh();
  const top = topPage();
  if (top) pageLifetime(top, 'show');
}

/** @param {string} title */
export function setTitle(title) {
  const top = topPage();
  if (top) top.title = title;
  refresh();
}

/** Opens the first page, as at a start. @param {string} url */
export const start = (url) => show(existing(url));
