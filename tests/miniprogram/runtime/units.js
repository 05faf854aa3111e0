/** Small conversions used by the build and by the runtime. */

/**
 * @param {unknown} text CSS with rpx lengths (750 rpx are the width of the screen)
 * @returns {string} CSS with vw lengths
 */
export function rpxToVw(text) {
  // Rounded up in the last place: 100rpx at 375 px must give 50 px, not 49.99.
  return String(text).replace(/(-?\d*\.?\d+)rpx\b/g, (_, n) => `${Math.ceil((n / 7.5) * 1e6) / 1e6}vw`);
}

/** @param {string} name camelCase @returns {string} kebab-case */
export function kebab(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * Splits a page address. Values stay as they are written: WeChat decodes nothing.
 *
 * @param {string} url such as `/pages/a/a?x=1%202`
 * @returns {[string, Record<string, string>]} route and query
 */
export function parseUrl(url) {
  const [path, search = ''] = url.split(/\?(.*)/s);
  /** @type {Record<string, string>} */
  const query = {};
  for (const pair of search.split('&').filter(Boolean)) {
    const [key, value = ''] = pair.split(/=(.*)/s);
    query[key] = value;
  }
  return [path.replace(/^\//, ''), query];
}

/**
 * @param {string} route of the page that refers
 * @param {string} url absolute or relative
 * @returns {string} the address without a leading slash
 */
export function resolveUrl(route, url) {
  if (url.startsWith('/')) return url.slice(1);
  const [path, search] = url.split(/\?(.*)/s);
  const parts = route.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part && part !== '.') parts.push(part);
  }
  return parts.join('/') + (search === undefined ? '' : `?${search}`);
}

/** @param {Uint8Array} bytes @returns {string} */
export function toBase64(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** @param {string} text base64 @returns {Uint8Array<ArrayBuffer>} */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
