/** Codes, dates and counts as a good clerk says them; the same words as the web pages. */

const clock = require('./clock.js');

const ALPHABET = /^[0-9a-hjkmnp-tv-z]+$/;
const DAY = 24 * 3600 * 1000;

/**
 * Return what a person meant by a typed code, or `''`: case, spaces, hyphens and full-width forms
 * do not matter; O is read as 0, I and L as 1 (Crockford base32).
 * @param {string} text
 * @param {number} length
 */
function readCode(text, length) {
  const plain = text
    .replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .toLowerCase()
    .replace(/[\s\u3000_—-]/g, '')
    .replace(/o/g, '0')
    .replace(/[il]/g, '1');
  return plain.length === length && ALPHABET.test(plain) ? plain : '';
}

/**
 * Return a brick's code (8 characters), or `''`.
 * @param {string} text
 */
function normaliseCode(text) {
  return readCode(text, 8);
}

/**
 * Return a public id or a receipt's code (12 characters), or `''`.
 * @param {string} text
 */
function normaliseId(text) {
  return readCode(text, 12);
}

/**
 * Return a code in groups of four: `7k3m 9qx2`.
 * @param {string} code
 * @param {string} [separator]
 */
function groupCode(code, separator) {
  return (code.match(/.{1,4}/g) || []).join(separator === undefined ? ' ' : separator);
}

/**
 * Return milliseconds of a moment, of a day's start in Asia/Shanghai, or NaN.
 * @param {string} iso `2026-11-21` or `2026-11-21T10:42:00+00:00`
 */
function momentOf(iso) {
  return iso.length === 10 ? Date.parse(`${iso}T00:00:00+08:00`) : Date.parse(iso);
}

/**
 * @param {string} iso
 * @returns {{year: number, month: number, day: number, time: string} | null}
 */
function partsOf(iso) {
  const at = momentOf(iso);
  if (isNaN(at)) return null;
  const local = new Date(at + clock.CHINA);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    time: local.toISOString().slice(11, 16),
  };
}

/**
 * Keep every number on one line with its measure word, as the web pages do.
 * @param {string} text
 */
function keepMeasures(text) {
  return text.replace(/(\d) (?=[\u4e00-\u9fff])/g, '$1\u00a0');
}

/**
 * Return `11 月 21 日`, with the year when it is not this one; `—` for nothing.
 * @param {string | null | undefined} iso
 */
function day(iso) {
  const parts = iso ? partsOf(iso) : null;
  if (!parts) return '—';
  const year = String(parts.year) === clock.today().slice(0, 4) ? '' : `${parts.year} 年 `;
  return keepMeasures(`${year}${parts.month} 月 ${parts.day} 日`);
}

/**
 * Return `11 月 21 日 18:42`.
 * @param {string | null | undefined} iso
 */
function moment(iso) {
  const parts = iso ? partsOf(iso) : null;
  return parts ? `${day(iso)} ${parts.time}` : '—';
}

/**
 * Return `2026 年 11 月 21 日 18:42`, for the tap on a near date.
 * @param {string} iso
 */
function exact(iso) {
  const parts = partsOf(iso);
  if (!parts) return '—';
  const date = keepMeasures(`${parts.year} 年 ${parts.month} 月 ${parts.day} 日`);
  return iso.length === 10 ? date : `${date} ${parts.time}`;
}

/**
 * Return how many days lie between today and a date; negative when it has passed.
 * @param {string} iso
 */
function daysTo(iso) {
  const on = clock.today(momentOf(iso));
  return Math.round((momentOf(on) - momentOf(clock.today())) / DAY);
}

/**
 * Return a past moment in words near: `刚才`, `今天 18:42`, `昨天 18:42`, `3 天前`, else the day.
 * @param {string | null | undefined} iso
 */
function near(iso) {
  const parts = iso ? partsOf(iso) : null;
  if (!iso || !parts) return '—';
  const time = iso.length === 10 ? '' : ` ${parts.time}`;
  if (time && Math.abs(clock.now() - momentOf(iso)) < 60 * 1000) return '刚才';
  const ago = -daysTo(iso);
  if (ago === 0) return `今天${time}`;
  if (ago === 1) return `昨天${time}`;
  return ago > 1 && ago < 7 ? keepMeasures(`${ago} 天前`) : day(iso);
}

/**
 * Return a deadline in words: `还有 12 天`, `今天到期`, `晚了 5 天`.
 * @param {string} iso
 */
function due(iso) {
  const left = daysTo(iso);
  if (left === 0) return '今天到期';
  return keepMeasures(left > 0 ? `还有 ${left} 天` : `晚了 ${-left} 天`);
}

/**
 * Return a text without what only looks empty, for checking a form.
 * @param {string | undefined} text
 */
function tidy(text) {
  return (text || '').replace(/\u0000/g, '').trim();
}

module.exports = { normaliseCode, normaliseId, groupCode, day, moment, exact, near, due, daysTo, tidy };
