/** Going from page to page: WeChat keeps ten pages at most, and nobody wants to leave through all. */

const { toPage } = require('./entry.js');

const DEEPEST = 9;

/**
 * Return a page's own address.
 * @param {any} page
 */
function urlOf(page) {
  const options = page.options || {};
  const query = Object.keys(options)
    .map((name) => `${name}=${encodeURIComponent(options[name])}`)
    .join('&');
  return `/${page.route}${query ? `?${query}` : ''}`;
}

/**
 * Open one of our pages: back to it when it lies just below, else on top.
 * @param {string} url with encoded query
 */
function open(url) {
  const stack = getCurrentPages();
  const below = stack[stack.length - 2];
  if (below && urlOf(below) === url) wx.navigateBack();
  else if (stack.length >= DEEPEST) wx.redirectTo({ url });
  else wx.navigateTo({ url });
}

/**
 * Open the page for a web path; an anchor goes along as `at`.
 * @param {string} path
 */
function openPath(path) {
  const url = toPage(path);
  const anchor = path.split('#')[1];
  if (!url) return;
  open(anchor ? `${url}${url.indexOf('?') < 0 ? '?' : '&'}at=${encodeURIComponent(anchor)}` : url);
}

module.exports = { open, openPath };
