/** The calling convention of `wx.*`: success, fail and complete, or a promise. */
import { complain, noteCall, phone } from '../record.js';
import { whenPrivacyAllows } from './privacy.js';

/**
 * @param {string} name
 * @returns {{ ok: boolean, value: any } | null} what the test scripted for this call, in turn
 */
export function nextAnswer(name) {
  const answer = phone.answers[name];
  if (!answer) return null;
  const value = answer.values.length > 1 ? answer.values.shift() : answer.values[0];
  return { ok: answer.ok, value };
}

/** @param {string} name @param {any} problem @returns {any} what fail() receives */
function failure(name, problem) {
  const text = problem?.errMsg ?? problem?.message ?? String(problem);
  const errMsg = text.startsWith(`${name}:`) ? text : `${name}:fail ${text.replace(/^fail ?/, '')}`;
  return { ...(typeof problem === 'object' && !(problem instanceof Error) ? problem : {}), errMsg };
}

/** @param {((result: any) => void) | undefined} callback @param {any} result */
function report(callback, result) {
  try {
    callback?.(result);
  } catch (error) {
    complain(error);
  }
}

/**
 * @param {string} name
 * @param {(options: any, scripted: any) => any} run
 * @param {any} options
 * @param {boolean} guarded
 */
async function perform(name, run, options, guarded) {
  if (guarded) await whenPrivacyAllows(name);
  const answer = nextAnswer(name);
  if (answer && !answer.ok) throw { errMsg: answer.value };
  return run(options, answer ? answer.value : undefined);
}

/**
 * Makes a `wx.*` function. With any of the three callbacks it returns nothing, without one a promise.
 *
 * @param {string} name
 * @param {(options: any, scripted: any) => any} run returns or promises the result, or throws
 *   `{errMsg}`; `scripted` is what the test said the call answers
 * @param {{ guarded?: boolean }} [how] guarded: needs the privacy consent first
 * @returns {(options?: any) => any}
 */
export function callable(name, run, { guarded = false } = {}) {
  return (options = {}) => {
    noteCall(name, options);
    const hasCallback = Boolean(options.success || options.fail || options.complete);
    const outcome = perform(name, run, options, guarded).then(
      (result) => ({ errMsg: `${name}:ok`, ...result }),
      (problem) => {
        throw failure(name, problem);
      },
    );
    if (!hasCallback) return outcome;
    outcome.then(
      (result) => {
        report(options.success, result);
        report(options.complete, result);
      },
      (problem) => {
        report(options.fail, problem);
        report(options.complete, problem);
      },
    );
    return undefined;
  };
}

/** A call that does nothing here but is recorded. @param {string} name */
export const noted = (name) => callable(name, (_, scripted) => scripted ?? {});
