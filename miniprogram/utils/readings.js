/** Reading codes of what was sent as 投诉建议 from this phone; the texts are not kept. */

const clock = require('./clock.js');
const store = require('./store.js');

/**
 * `code` is as people read it (`7K3M-9QX2-40VD`), `about` whom it was about, `day` is `2026-11-21`.
 * @typedef {{code: string, about: string, day: string}} Reading
 */

const MOST = 50;

/** @returns {Reading[]} newest first */
function list() {
  return store.get('readings', /** @type {Reading[]} */ ([]));
}

/**
 * Keep a reading code.
 * @param {string} code
 * @param {string} about
 * @throws {import('./errors.js').ApiError} when the phone is full
 */
function add(code, about) {
  const rest = list().filter((each) => each.code !== code);
  store.set('readings', [{ code, about, day: clock.today() }].concat(rest).slice(0, MOST));
}

/** @param {string} code */
function remove(code) {
  store.set(
    'readings',
    list().filter((each) => each.code !== code),
  );
}

module.exports = { list, add, remove };
