/**
 * One tap on a face, from the finger to the receipt.
 *
 * A tap has one Idempotency-Key until its answer has come, however often it is sent: a double tap,
 * a lost answer and a second try are one rating. Nothing of it is written to the phone, and it is
 * never sent later by itself: whoever taps sees what became of it.
 */

const consent = require('../../utils/consent.js');
const device = require('../../utils/device.js');
const { request, newKey } = require('../../utils/request.js');

/** @typedef {{receipt: string, round: {id: string, name: string}}} Receipt */
/** @typedef {{value: string, key: string, older: string[], comment: string}} Tap */

/** Sent again at once this often before the person is asked. */
const RETRIES = 2;
/** As many earlier keys as the server takes. */
const OLDER = 8;

/**
 * Return the tap to send: the same one again, or a new one that takes the place of those whose
 * answers never came.
 *
 * @param {Tap | null} open the tap without an answer so far
 * @param {string} value
 * @param {string} [comment]
 * @returns {Tap}
 */
function follow(open, value, comment) {
  const said = comment || '';
  if (open && open.value === value && open.comment === said) return open;
  const older = open ? open.older.concat(open.key).slice(-OLDER) : [];
  return { value, key: newKey(), older, comment: said };
}

/**
 * Send a tap.
 *
 * @param {Tap} tap
 * @param {{subject: string, round: string}} form of the page
 * @returns {Promise<Receipt>}
 * @throws {import('../../utils/errors.js').ApiError}
 */
async function send(tap, form) {
  const mark = await device.mark(form.round, consent.askPrivacy);
  /** @type {Record<string, any>} */
  const data = { subject: form.subject, round: form.round, value: tap.value, device: mark };
  if (tap.comment) data.comment = tap.comment;
  // The server's fast lane takes the ordinary tap, which has none of these.
  if (tap.older.length > 0) data.supersedes = tap.older;
  // Words that others shall read go through WeChat's check, which needs to know whose they are until
  // it has answered; a tap without words never says who sends it.
  const auth = tap.comment ? 'known' : 'none';
  return request({ method: 'POST', path: '/ratings', data, key: tap.key, retries: RETRIES, auth });
}

module.exports = { follow, send };
