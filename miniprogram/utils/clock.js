/** The time as the server has it: a phone's clock may be an hour, or a year, off. */

const CHINA = 8 * 3600 * 1000;
const IGNORED = 60 * 1000;
let offset = 0;

/**
 * Learn the difference from an answer's `Date` header.
 * @param {string | undefined} header
 */
function learn(header) {
  const server = header ? Date.parse(header) : NaN;
  if (isNaN(server)) return;
  const found = server - Date.now();
  offset = Math.abs(found) < IGNORED ? 0 : found;
}

/** @returns {number} milliseconds since 1970, by the server's clock as far as known */
function now() {
  return Date.now() + offset;
}

/**
 * Return the calendar day in Asia/Shanghai, whatever the phone's time zone.
 * @param {number} [moment] milliseconds; now when left out
 * @returns {string} `2026-11-21`
 */
function today(moment) {
  return new Date((moment === undefined ? now() : moment) + CHINA).toISOString().slice(0, 10);
}

module.exports = { learn, now, today, CHINA };
