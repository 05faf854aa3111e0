/** What the phone keeps. Every key carries our prefix; a full phone is a sentence, never a crash. */

const { ApiError } = require('./errors.js');

const PREFIX = 'bw.';
const SCHEMA = 1;
/** WeChat refuses a key over 1 MB; UTF-8 of Chinese takes three bytes a character. */
const MAX_BYTES = 1000 * 1000;
const FULL = '手机存储空间满了，没有存下。您填的内容还在，请清理微信缓存或删些照片再试';
const TOO_LONG = '这一条太长，手机存不下。请写短一些';

/**
 * Return a kept value, or `fallback` when there is none or it cannot be read.
 * @template T
 * @param {string} key
 * @param {T} fallback
 * @returns {T}
 */
function get(key, fallback) {
  try {
    const value = wx.getStorageSync(PREFIX + key);
    return value === '' || value === undefined || value === null ? fallback : value;
  } catch (error) {
    return fallback;
  }
}

/**
 * Tell whether a text fits into one key, counting each character at its widest.
 * @param {string} text
 */
function fits(text) {
  return text.length * 3 <= MAX_BYTES || encodeURI(text).replace(/%../g, '.').length <= MAX_BYTES;
}

/**
 * Keep a value.
 * @param {string} key
 * @param {any} value JSON-able
 * @throws {ApiError} `phone.full` or `phone.too_long`; what was kept before is untouched
 */
function set(key, value) {
  if (!fits(JSON.stringify(value))) throw new ApiError(TOO_LONG, 'phone.too_long');
  try {
    wx.setStorageSync(PREFIX + key, value);
  } catch (error) {
    throw new ApiError(FULL, 'phone.full');
  }
}

/**
 * Keep a value whose loss does no harm (a cache); a full phone is passed over.
 * @param {string} key
 * @param {any} value
 */
function trySet(key, value) {
  try {
    set(key, value);
  } catch (error) {
    remove(key);
  }
}

/** @param {string} key */
function remove(key) {
  try {
    wx.removeStorageSync(PREFIX + key);
  } catch (error) {
    // What cannot be removed is overwritten next time.
  }
}

/**
 * Return our own keys, without the prefix.
 * @returns {string[]}
 */
function keys() {
  const found = wx.getStorageInfoSync().keys;
  return found.filter((key) => key.indexOf(PREFIX) === 0).map((key) => key.slice(PREFIX.length));
}

/** Forget everything this mini-program kept on the phone. */
function clear() {
  keys().forEach(remove);
}

/** Bring what an older version kept to the present shape; called once at launch. */
function migrate() {
  const had = get('schema', /** @type {number} */ (0));
  if (had === SCHEMA) return;
  // A newer version was here (a rolled-back release): caches may not fit, what people wrote stays.
  if (had > SCHEMA) ['client', 'session', 'staff'].forEach(remove);
  trySet('schema', SCHEMA);
}

module.exports = { get, set, trySet, remove, keys, clear, migrate, SCHEMA };
