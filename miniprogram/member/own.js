/** My commitments: asked from the server, and kept on the phone for places without network. */

const clock = require('../utils/clock.js');
const { ApiError } = require('../utils/errors.js');
const { request } = require('../utils/request.js');
const session = require('../utils/session.js');
const store = require('../utils/store.js');

/**
 * One commitment as the server tells it to its owner.
 * @typedef {{id: string, title: string, file_number: string, state: string, state_label: string,
 *   version: number, standing: any, reason: string, latest: string, steps: string[],
 *   may_record: boolean, may_correct: boolean, claim_hint: string, counted: boolean, unit: string,
 *   public: boolean}} Card
 * @typedef {{name: string, organisation: string, figures: any[], filled: number, todo: Card[],
 *   waiting: Card[], over: Card[]}} Pocket
 */

const KEPT = 'pocket';
const FOREIGN = '这部手机还没有绑定党员';

/** @returns {string} */
function whoAmI() {
  const member = session.current().member;
  return member ? member.id || member.name : '';
}

/**
 * Return what was last heard, if it is about the member this phone is bound to.
 * @returns {{at: number, pocket: Pocket} | null}
 */
function kept() {
  const had = store.get(KEPT, /** @type {any} */ (null));
  return had && had.who === whoAmI() ? had : null;
}

/** @param {unknown} error */
function isUnbound(error) {
  return error instanceof ApiError && (error.status === 403 || error.status === 401) && !whoAmI();
}

/**
 * Make sure that this phone is a member's; signs in silently where nobody is.
 * @throws {ApiError} `member.unbound`
 */
async function ensureMember() {
  await session.ensurePhone();
  if (!whoAmI()) throw new ApiError(FOREIGN, 'member.unbound', { status: 403 });
}

/**
 * Call the server as the member; a binding that ended meanwhile is said as such.
 * @param {import('../utils/request.js').Call} call
 * @returns {Promise<any>}
 * @throws {ApiError} `member.unbound`, or what the server refuses
 */
async function ask(call) {
  await ensureMember();
  try {
    return await request(Object.assign({ auth: 'phone' }, call));
  } catch (error) {
    if (isUnbound(error)) throw new ApiError(FOREIGN, 'member.unbound', { status: 403 });
    throw error;
  }
}

/**
 * Return my first page and keep it.
 * @returns {Promise<Pocket>}
 */
async function load() {
  const pocket = await ask({ path: '/me/pocket' });
  store.trySet(KEPT, { who: whoAmI(), at: clock.now(), pocket });
  return pocket;
}

/**
 * Return one of my commitments as last heard, or null.
 * @param {string} id
 * @returns {Card | null}
 */
function cardOf(id) {
  const had = kept();
  if (!had) return null;
  const all = had.pocket.todo.concat(had.pocket.waiting, had.pocket.over);
  return all.filter((card) => card.id === id)[0] || null;
}

/**
 * Return one of my commitments with its chain.
 * @param {string} id
 * @returns {Promise<any>}
 */
function loadOne(id) {
  return ask({ path: `/me/commitments/${id}` });
}

module.exports = { ask, load, loadOne, kept, cardOf, whoAmI };
