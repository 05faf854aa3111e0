/** What the phone itself remembers between starts, beside the program's storage. */
import { phone } from './record.js';

const KEY = 'phone';

/** @returns {Record<string, any>} */
const read = () => JSON.parse(localStorage.getItem(KEY) ?? '{}');

/** @param {string} name @param {any} value */
export function remember(name, value) {
  localStorage.setItem(KEY, JSON.stringify({ ...read(), [name]: value }));
}

/** Fills in what an earlier start left; what the test said for this start counts more. */
export function recall() {
  const kept = read();
  if (kept.privacyAgreed) phone.privacyAgreed = true;
}
