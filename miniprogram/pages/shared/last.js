/**
 * The rating that was just taken, for its receipt page: in memory only, gone with the program.
 * The face is among it so that words can be added to the same rating; it is never shown or stored.
 * `unkept` says why the phone could not keep the receipt, when it could not.
 *
 * @typedef {{receipt: string, roundName: string, round: string, code: string, who: string,
 *   closes: string, commentLength: number, value: string,
 *   unkept: string}} Rated
 */

/** @type {Rated | null} */
let rated = null;

/** @param {Rated} given */
function keep(given) {
  rated = given;
}

/** @returns {Rated | null} */
function get() {
  return rated;
}

module.exports = { keep, get };
