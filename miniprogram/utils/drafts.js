/** What was typed about a commitment and not kept yet; a refused note comes back as one. */

const queue = require('./queue.js');
const store = require('./store.js');

/** @typedef {{text: string, amount: string}} Draft */

/**
 * @param {string} auth `phone` or `staff`
 * @param {string} commitment public id
 */
function keyOf(auth, commitment) {
  return `draft.${auth}.${commitment}`;
}

/**
 * @param {string} auth
 * @param {string} commitment
 * @returns {Draft}
 */
function get(auth, commitment) {
  return store.get(keyOf(auth, commitment), { text: '', amount: '1' });
}

/**
 * Keep a draft; one without words is forgotten.
 * @param {string} auth
 * @param {string} commitment
 * @param {Draft} draft
 */
function keep(auth, commitment, draft) {
  if (draft.text.trim()) store.trySet(keyOf(auth, commitment), draft);
  else store.remove(keyOf(auth, commitment));
}

/**
 * Make a note of the queue a draft again; its photos have to be chosen anew.
 * @param {string} id of the note
 */
function takeBack(id) {
  const note = queue.list().filter((each) => each.id === id)[0];
  if (!note) return;
  const amount = note.amount === null ? '1' : String(note.amount);
  keep(note.auth, note.commitment, { text: note.text, amount });
  queue.drop(id);
}

module.exports = { get, keep, takeBack };
