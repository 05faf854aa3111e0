/** Where the site is. The operator fills in `SITES` before uploading (docs/guides/wechat.md). */

const store = require('./store.js');

/** @type {Record<string, string>} origin by WeChat's envVersion, without a trailing slash */
const SITES = {
  develop: 'http://127.0.0.1:8000',
  trial: 'https://site.example',
  release: 'https://site.example',
};

/** Further hosts that stand on printed bricks, if the site ever moved: `['old.example']`. */
/** @type {string[]} */
const PRINTED_HOSTS = [];

const API = '/api/v1';

/** @returns {string} `develop`, `trial` or `release` */
function version() {
  return wx.getAccountInfoSync().miniProgram.envVersion || 'release';
}

/**
 * Return the site's origin. A developer's preview on a phone may name another one by storing
 * `bw.develop_site`; trial and release never look at it.
 * @returns {string}
 */
function base() {
  const env = version();
  const own = env === 'develop' ? store.get('develop_site', /** @type {string} */ ('')) : '';
  return own || SITES[env] || SITES.release;
}

/**
 * Return host and port of an origin.
 * @param {string} origin
 */
function hostOf(origin) {
  return origin.replace(/^[a-z]+:\/\//i, '').split(/[/?#]/)[0].toLowerCase();
}

/**
 * Tell whether a printed link's host is ours. In the develop version any port of the developer's
 * own machine is.
 * @param {string} host
 */
function isOurs(host) {
  if (version() === 'develop' && /^127\.0\.0\.1(:\d+)?$/.test(host)) return true;
  return host === hostOf(base()) || PRINTED_HOSTS.indexOf(host) >= 0;
}

/**
 * Return the full address of a web path, for pictures.
 * @param {string} path
 */
function address(path) {
  return base() + path;
}

module.exports = { base, hostOf, isOurs, address, version, API, SITES };
