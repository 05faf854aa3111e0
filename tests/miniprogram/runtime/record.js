/** Everything the harness looks at afterwards, and how the test scripted the phone. */

/** @type {import('./types').Phone} */
export const phone = window.__PHONE;

/** @type {import('./types').Program} */
export const program = window.__PROGRAM;

export const record = {
  /** @type {string[]} */ errors: [],
  /** @type {string[]} */ warnings: [],
  /** @type {string[]} */ unsupported: [],
  /** @type {import('./types').RequestRecord[]} */ requests: [],
  /** @type {[string, any][]} */ calls: [],
};

/** @param {unknown} problem an error of the program, or of the way it uses WeChat */
export function complain(problem) {
  const error = /** @type {any} */ (problem);
  const text = error && (error.stack || error.errMsg || error.message);
  record.errors.push(String(text || problem));
}

/** @param {string} name of something this runtime does not have */
export function unsupported(name) {
  if (!record.unsupported.includes(name)) record.unsupported.push(name);
}

/** Framework warnings that say nothing about the program. */
const HARMLESS = /Use number as for-list/;

/** @param {string} text */
export function warn(text) {
  if (!HARMLESS.test(text)) record.warnings.push(text);
}

/**
 * @param {any} value argument of a call
 * @returns {any} a copy without functions
 */
export function plain(value) {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

/** @param {string} name @param {any} options */
export function noteCall(name, options) {
  record.calls.push([name, plain(options)]);
}

export function listenForErrors() {
  window.addEventListener('error', (event) => complain(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => {
    const reason = event.reason?.stack || event.reason?.errMsg || JSON.stringify(event.reason) || event.reason;
    record.errors.push(`unhandled rejection: ${reason}`);
  });
}
