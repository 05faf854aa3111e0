/** Consents, asked when they make sense and never twice in a row; 取消 is always there. */

const client = require('./client.js');
const session = require('./session.js');
const { request } = require('./request.js');
const { toApiError } = require('./errors.js');

/** @typedef {'result'|'due'|'answer'} MessageKind */

/**
 * Ask for WeChat's privacy consent where it is still missing.
 * @returns {Promise<boolean>} false: go on without what needed it
 */
function askPrivacy() {
  return new Promise((resolve) => {
    if (!wx.canIUse('requirePrivacyAuthorize')) {
      resolve(true);
      return;
    }
    wx.requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) });
  });
}

/** Fetch the template ids; a page with a consent button calls it in `onLoad`. */
function prepare() {
  return client.ask();
}

/**
 * Tell whether WeChat can bring messages of a kind; false until `prepare()` has ended.
 * @param {MessageKind} kind
 */
function offers(kind) {
  const known = client.known();
  return Boolean(known && known.wechat && known.templates[kind]);
}

/**
 * @param {Record<string, string>} answer by template id: accept, reject, ban, filter
 * @param {Record<string, string>} templates by kind
 * @param {MessageKind[]} kinds
 */
function sortOut(answer, templates, kinds) {
  const accepted = kinds.filter((kind) => answer[templates[kind]] === 'accept');
  return { accepted, refused: kinds.filter((kind) => accepted.indexOf(kind) < 0) };
}

/**
 * Note what was allowed. The server needs a WeChat sign-in of the last two hours for it; an older
 * one is renewed, once.
 * @param {{accepted: MessageKind[], refused: MessageKind[]}} chosen
 */
async function noteCredits(chosen) {
  const note = () => request({ method: 'POST', path: '/message-credits', data: chosen, auth: 'phone' });
  try {
    await note();
  } catch (error) {
    if (toApiError(error).code !== 'messages.sign_in_again') throw error;
    session.forget();
    await note();
  }
}

/**
 * Ask WeChat for one message of each kind. Must be called straight from a tap. The same text comes
 * to the in-app inbox anyway, so a refusal loses nothing.
 *
 * @param {MessageKind[]} kinds
 * @returns {Promise<{accepted: MessageKind[], refused: MessageKind[]}>} both empty when this site
 *   has no templates
 */
function askMessages(kinds) {
  const known = client.known();
  const templates = known ? known.templates : {};
  const offered = kinds.filter(offers);
  if (offered.length === 0) return Promise.resolve({ accepted: [], refused: [] });
  return new Promise((resolve) => {
    wx.requestSubscribeMessage({
      tmplIds: offered.map((kind) => templates[kind]),
      success: (answer) => resolve(sortOut(/** @type {any} */ (answer), templates, offered)),
      fail: () => resolve({ accepted: [], refused: offered }),
    });
  }).then(async (chosen) => {
    await noteCredits(chosen);
    return chosen;
  });
}

module.exports = { askPrivacy, askMessages, offers, prepare };
