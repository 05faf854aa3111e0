/** The mark under which this person rates: one WeChat person is one voter on several phones. */

const { request } = require('./request.js');
const session = require('./session.js');
const store = require('./store.js');

/** @typedef {{mark: string, round: string, person: boolean}} Kept */

/** Rating must not wait for WeChat: after this long the phone's own mark serves. */
const BUDGET = 3000;

/** @returns {Promise<boolean>} whether this WeChat person is signed in within the budget */
function signedInSoon() {
  const soon = new Promise((resolve) => setTimeout(() => resolve(false), BUDGET));
  const tried = session.ensurePhone().then(
    () => true,
    () => false,
  );
  return /** @type {Promise<boolean>} */ (Promise.race([tried, soon]));
}

/**
 * @param {string} old
 * @param {'phone'|'none'} auth
 * @returns {Promise<string>}
 */
async function fetchMark(old, auth) {
  const data = old ? { device: old } : {};
  return (await request({ method: 'POST', path: '/devices', data, auth })).device;
}

/**
 * Keep a mark. On a full phone what was kept before stays: it may hold the secret of a rating.
 * @param {Kept} kept
 */
function keep(kept) {
  try {
    store.set('device', kept);
  } catch (error) {
    // The next tap asks for a mark again, with the old one in hand.
  }
  return kept.mark;
}

/**
 * Return the device mark to rate with; asked for once a round and kept on the phone. Within a round
 * it never changes, even when WeChat comes back meanwhile: a change of mind would else be a second
 * voter.
 *
 * @param {string} roundId the round's public id
 * @param {() => Promise<boolean>} mayAsk asks for consent to be known to WeChat, once a round; who
 *   refuses rates all the same, by the phone's own mark, as on the web
 * @returns {Promise<string>}
 * @throws {import('./errors.js').ApiError} only when there is no mark at all and none can be had
 */
async function mark(roundId, mayAsk) {
  const had = store.get('device', /** @type {Kept | null} */ (null));
  if (had && had.round === roundId) return had.mark;
  const old = had ? had.mark : '';
  const person = (await mayAsk()) && (await signedInSoon());
  if (!person && had) return keep({ mark: old, round: roundId, person: had.person });
  const found = await fetchMark(old, person ? 'phone' : 'none').catch((error) => {
    if (old) return '';
    if (person) return fetchMark('', 'none');
    throw error;
  });
  if (!found && had) return keep({ mark: old, round: roundId, person: had.person });
  return keep({ mark: found, round: roundId, person });
}

module.exports = { mark };
