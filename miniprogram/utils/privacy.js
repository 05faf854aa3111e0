/**
 * WeChat's privacy consent, asked at the moment of use. The sheet is the component privacy-sheet,
 * which stands in every page's foot; without one on show the answer is no, never a silent yes.
 */

/** @typedef {(event: {event: 'exposureAuthorization'|'agree'|'disagree', buttonId?: string}) => void} Resolve */
/** @typedef {{show(reason: string): void, hide(): void}} Sheet */

/** @type {Sheet[]} */
const sheets = [];
/** @type {Resolve[]} */
let waiting = [];
/** @type {Sheet | null} the sheet that shows what waits */
let asking = null;

/** Follow WeChat's question; called once at launch. */
function listen() {
  if (!wx.canIUse('onNeedPrivacyAuthorization')) return;
  /** @type {(resolve: Resolve, info?: {referrer: string}) => void} */
  const ask = (resolve, info) => {
    const sheet = sheets[sheets.length - 1];
    if (!sheet) {
      resolve({ event: 'disagree' });
      return;
    }
    waiting.push(resolve);
    asking = sheet;
    resolve({ event: 'exposureAuthorization' });
    sheet.show(info ? info.referrer : '');
  };
  wx.onNeedPrivacyAuthorization(/** @type {any} */ (ask));
}

/** @param {Sheet} sheet */
function mount(sheet) {
  sheets.push(sheet);
}

/** @param {Sheet} sheet a page that goes away answers no for what is still open */
function unmount(sheet) {
  const at = sheets.indexOf(sheet);
  if (at >= 0) sheets.splice(at, 1);
  if (asking === sheet) answer(false, '');
}

/**
 * Pass on what the person chose.
 * @param {boolean} agreed
 * @param {string} buttonId id of the button with open-type agreePrivacyAuthorization
 */
function answer(agreed, buttonId) {
  const asked = waiting;
  waiting = [];
  asking = null;
  asked.forEach((resolve) => resolve(agreed ? { event: 'agree', buttonId } : { event: 'disagree' }));
}

module.exports = { listen, mount, unmount, answer };
