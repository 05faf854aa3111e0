/** What the site says about itself: host, contact, whether WeChat is connected, templates. */

const { request } = require('./request.js');
const store = require('./store.js');

/**
 * @typedef {{host: string, base_url: string, contact: string, wechat: boolean,
 *   templates: Record<string, string>}} Client
 */

const FRESH = 10 * 60 * 1000;
let askedAt = 0;

/**
 * Return what was last heard, without asking; usable inside a tap.
 * @returns {Client | null}
 */
function known() {
  return store.get('client', /** @type {Client | null} */ (null));
}

/**
 * Ask the site, at most every ten minutes; without network what was last heard.
 * @returns {Promise<Client | null>}
 */
async function ask() {
  if (known() && Date.now() - askedAt < FRESH) return known();
  try {
    const client = await request({ path: '/client' });
    askedAt = Date.now();
    store.trySet('client', client);
    return client;
  } catch (error) {
    return known();
  }
}

module.exports = { ask, known };
