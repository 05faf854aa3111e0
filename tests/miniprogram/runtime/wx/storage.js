/** `wx.setStorage` and its family: 1 MB a key, 10 MB in all. */
import { phone } from '../record.js';
import { callable } from './call.js';

const PREFIX = 'mp:';
const MAX_ENTRY = 1024 * 1024;
const MAX_ALL = 10 * 1024 * 1024;

/** @param {string} text @returns {number} */
const bytes = (text) => new TextEncoder().encode(text).length;

/** @returns {string[]} */
const keys = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));

/** @returns {number} bytes in use */
const used = () => keys().reduce((sum, key) => sum + bytes(localStorage.getItem(PREFIX + key) ?? ''), 0);

/** @param {string} key @param {any} value @throws {Error} as WeChat when there is no room */
function write(key, value) {
  if (typeof key !== 'string' || !key) throw new Error('setStorage:fail parameter error: key should be a non-empty String');
  const text = JSON.stringify({ value });
  if (bytes(text) > MAX_ENTRY) throw new Error('setStorage:fail:entry size limit reached');
  const before = bytes(localStorage.getItem(PREFIX + key) ?? '');
  if (phone.storageFull || used() - before + bytes(text) > MAX_ALL) throw new Error('setStorage:fail:quota exceeded');
  localStorage.setItem(PREFIX + key, text);
}

/** @param {string} key @returns {any} '' when there is nothing, as in WeChat */
function read(key) {
  const text = localStorage.getItem(PREFIX + key);
  return text === null ? '' : (JSON.parse(text).value ?? '');
}

/** @param {string} key */
const remove = (key) => localStorage.removeItem(PREFIX + key);

const clear = () => keys().forEach(remove);

const info = () => ({ keys: keys(), currentSize: Math.ceil(used() / 1024), limitSize: MAX_ALL / 1024 });

/** @returns {Record<string, any>} everything, for the test */
export const storageSnapshot = () => Object.fromEntries(keys().map((key) => [key, read(key)]));

export const storage = {
  setStorageSync: write,
  getStorageSync: read,
  removeStorageSync: remove,
  clearStorageSync: clear,
  getStorageInfoSync: info,
  setStorage: callable('setStorage', ({ key, data }) => write(key, data)),
  getStorage: callable('getStorage', ({ key }) => {
    if (localStorage.getItem(PREFIX + key) === null) throw { errMsg: 'fail data not found' };
    return { data: read(key) };
  }),
  removeStorage: callable('removeStorage', ({ key }) => remove(key)),
  clearStorage: callable('clearStorage', clear),
  getStorageInfo: callable('getStorageInfo', info),
};
