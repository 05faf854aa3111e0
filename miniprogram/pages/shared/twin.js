/** Public pages as the server tells them (the web's own view models), and what this phone saw last. */

const clock = require('../../utils/clock.js');
const store = require('../../utils/store.js');
const words = require('../../utils/words.js');
const { request } = require('../../utils/request.js');
const { ApiError } = require('../../utils/errors.js');

/**
 * A page on record: `path` is its web path (`/q/7k3m9qx2`), `name` and `line` are for the list of
 * what was seen, `at` is a moment in ISO form.
 * @typedef {{path: string, kind: string, name: string, line: string, at: string}} Seen
 * `old` is empty for a fresh page, else the moment in words at which the phone saw it.
 * @typedef {{page: any, old: string}} Found
 */

const INDEX = 'seen';
const MOST = 16;
/** A copy is shown after this long, and replaced when the answer does come. */
const PATIENCE = 4000;

/** @returns {Seen[]} newest first */
function list() {
  return store.get(INDEX, /** @type {Seen[]} */ ([]));
}

/** @param {string} path */
function copyKey(path) {
  return `page:${path}`;
}

/**
 * Return the name and the line beneath it by which a person knows a page again.
 * @param {any} page
 */
function nameOf(page) {
  if (page.kind === 'brick') return { name: page.name, line: page.lines[page.lines.length - 1] || '' };
  return { name: page.heading, line: '' };
}

/**
 * Keep a page for a moment without network; the oldest makes room.
 * @param {string} path
 * @param {any} page
 */
function remember(path, page) {
  const { name, line } = nameOf(page);
  const at = new Date(clock.now()).toISOString();
  const rest = list().filter((each) => each.path !== path);
  const rows = [{ path, kind: page.kind, name, line, at }].concat(rest);
  rows.slice(MOST).forEach((each) => store.remove(copyKey(each.path)));
  store.trySet(INDEX, rows.slice(0, MOST));
  store.trySet(copyKey(path), page);
}

/**
 * Forget a page that is no longer there.
 * @param {string} path
 */
function forget(path) {
  store.trySet(
    INDEX,
    list().filter((each) => each.path !== path),
  );
  store.remove(copyKey(path));
}

/**
 * Return what this phone saw there last, or null.
 * @param {string} path
 * @returns {Found | null}
 */
function copyOf(path) {
  const row = list().filter((each) => each.path === path)[0];
  const page = row ? store.get(copyKey(path), null) : null;
  return row && page ? { page, old: words.moment(row.at) } : null;
}

/** @param {string} path @returns {string} its address behind `/api/v1` */
function addressOf(path) {
  return path === '/' ? '/pages/home' : `/pages${path}`;
}

/**
 * Ask for a page. Without network, or while the server cannot answer, the copy that the phone kept
 * is the answer, with the moment it was seen.
 *
 * @param {string} path web path
 * @param {(found: Found) => void} [meanwhile] gets the copy once when the answer takes long
 * @returns {Promise<Found>}
 * @throws {ApiError} when there is no copy to show either, or the page is gone
 */
async function load(path, meanwhile) {
  const early = copyOf(path);
  const timer = setTimeout(() => {
    if (early && meanwhile) meanwhile(early);
  }, PATIENCE);
  try {
    const page = await request({ path: addressOf(path) });
    remember(path, page);
    return { page, old: '' };
  } catch (error) {
    if (error instanceof ApiError && (error.offline || error.status >= 500) && early) return early;
    if (error instanceof ApiError && error.status === 404) forget(path);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Return the bricks this phone looked at last, newest first.
 * @param {number} most
 * @returns {Seen[]}
 */
function recentBricks(most) {
  return list()
    .filter((each) => each.kind === 'brick')
    .slice(0, most);
}

module.exports = { load, recentBricks, copyOf };
