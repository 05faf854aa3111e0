/** What is being written, kept on the phone until it has been taken; one draft a brick or wall. */

const store = require('../../utils/store.js');
const { newKey } = require('../../utils/request.js');

/**
 * `key` is the Idempotency-Key under which this text is sent, however often; it changes with the
 * text only after a try, so that a lost answer is one message.
 * @typedef {{text: string, key: string}} Draft
 */

/** @param {string} about */
function keyOf(about) {
  return `draft:${about}`;
}

/**
 * @param {string} about web path of a brick or wall
 * @returns {Draft}
 */
function read(about) {
  return store.get(keyOf(about), /** @type {Draft} */ ({ text: '', key: '' }));
}

/**
 * Keep what was typed; a full phone does not disturb the writer.
 * @param {string} about
 * @param {string} text
 */
function keep(about, text) {
  store.trySet(keyOf(about), { text, key: '' });
}

/**
 * Return the draft as it goes out: the same text keeps its key.
 * @param {string} about
 * @param {string} text
 * @returns {Draft}
 */
function seal(about, text) {
  const had = read(about);
  const draft = had.key && had.text === text ? had : { text, key: newKey() };
  store.trySet(keyOf(about), draft);
  return draft;
}

/** @param {string} about */
function drop(about) {
  store.remove(keyOf(about));
}

module.exports = { read, keep, seal, drop };
