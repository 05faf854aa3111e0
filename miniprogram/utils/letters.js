/** 大字: the size of letters, from the person's own choice here and from WeChat's 字体大小. */

const store = require('./store.js');

const STANDARD = 18;
const BIG = 26;
const LARGEST = 30;

/**
 * What a page puts on its root: `<view class="page {{letters.cls}}" style="{{letters.style}}">`.
 * `big` is true from 24 px on, where lists and faces need the roomier layout.
 * @typedef {{big: boolean, cls: 'std'|'big', style: string, chosen: boolean}} Letters
 */

/** @type {Array<(look: Letters) => void>} */
const listeners = [];

/** @returns {number} WeChat's own factor, 1 when it tells none */
function factor() {
  // Base libraries before 2.20 have only the older call.
  const info = typeof wx.getAppBaseInfo === 'function' ? wx.getAppBaseInfo() : wx.getSystemInfoSync();
  const said = Number(/** @type {any} */ (info).fontSizeScaleFactor);
  return said > 0 ? said : 1;
}

/**
 * Return how letters look now.
 * @returns {Letters}
 */
function look() {
  const chosen = store.get('letters', /** @type {string} */ ('')) === 'big';
  const size = Math.min(LARGEST, Math.max(STANDARD, Math.round((chosen ? BIG : STANDARD) * factor())));
  const big = size >= 24;
  return { big, cls: big ? 'big' : 'std', style: `font-size:${size}px`, chosen };
}

/**
 * Give a page the present size; every page calls it in `onLoad`.
 * @param {{setData(data: {letters: Letters}): void}} page
 */
function apply(page) {
  page.setData({ letters: look() });
}

/**
 * Choose 大字 or standard letters; every open page follows at once.
 * @param {boolean} big
 * @throws {import('./errors.js').ApiError} when the phone is full
 */
function choose(big) {
  store.set('letters', big ? 'big' : 'std');
  getCurrentPages().forEach(apply);
  const now = look();
  listeners.slice().forEach((listener) => listener(now));
}

/**
 * Be told when the choice changes; pages need not, `choose` reaches them by itself.
 * @param {(look: Letters) => void} listener
 * @returns {() => void} ends it
 */
function onChange(listener) {
  listeners.push(listener);
  return () => {
    const at = listeners.indexOf(listener);
    if (at >= 0) listeners.splice(at, 1);
  };
}

module.exports = { look, apply, choose, onChange };
