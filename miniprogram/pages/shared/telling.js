/** 告诉我: WeChat is asked at the tap; whatever it says, the same words come to 消息. */

const consent = require('../../utils/consent.js');
const { request } = require('../../utils/request.js');

const BOTH = '好。到时候发到微信，也放进“消息”里。';
const INBOX = '好。到时候放进“消息”里，打开小程序就能看到。';

/**
 * Ask for one message about a thing. Must be called straight from a tap.
 *
 * @param {'result'|'answer'} kind
 * @param {{topic: string, code?: string}} wish a round, or a reading code
 * @returns {Promise<string>} where the message will come, as a sentence
 * @throws {import('../../utils/errors.js').ApiError}
 */
async function ask(kind, wish) {
  // A refusal, or a credit that could not be noted, loses nothing: the inbox has the same words.
  const chosen = await consent.askMessages([kind]).catch(() => ({ accepted: [], refused: [kind] }));
  await request({ method: 'POST', path: '/message-subscriptions', data: wish, auth: 'phone', retries: 1 });
  return chosen.accepted.length > 0 ? BOTH : INBOX;
}

module.exports = { ask };
