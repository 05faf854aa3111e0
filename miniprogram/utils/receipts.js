/** Receipts of this phone's ratings. How one rated is never kept beside them, nor anywhere here. */

const clock = require('./clock.js');
const store = require('./store.js');

/**
 * `who` names the brick's holder; `code` is the brick's; `day` is `2026-11-21`.
 * @typedef {{receipt: string, round: string, roundName: string, code: string, who: string, day: string}} Kept
 */

const MOST = 100;

/** @returns {Kept[]} newest first */
function list() {
  return store.get('receipts', /** @type {Kept[]} */ ([]));
}

/**
 * Keep a receipt; a later one for the same brick and round takes its place, as the later rating does.
 *
 * @param {{receipt: string, round: {id: string, name: string}, code: string, who: string}} given
 *   the server's answer to a rating, and whom it was for
 * @throws {import('./errors.js').ApiError} when the phone is full
 */
function add(given) {
  const row = {
    receipt: given.receipt,
    round: given.round.id,
    roundName: given.round.name,
    code: given.code,
    who: given.who,
    day: clock.today(),
  };
  const rest = list().filter((each) => each.round !== row.round || each.code !== row.code);
  store.set('receipts', [row].concat(rest).slice(0, MOST));
}

/**
 * Return the receipt of this phone for a brick in a round, or null.
 * @param {string} round
 * @param {string} code
 * @returns {Kept | null}
 */
function find(round, code) {
  return list().filter((each) => each.round === round && each.code === code)[0] || null;
}

/** @param {string} receipt */
function remove(receipt) {
  store.set(
    'receipts',
    list().filter((each) => each.receipt !== receipt),
  );
}

module.exports = { list, add, find, remove };
