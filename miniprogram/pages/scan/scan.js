const entry = require('../../utils/entry.js');
const letters = require('../../utils/letters.js');
const store = require('../../utils/store.js');
const ways = require('../../utils/ways.js');
const words = require('../../utils/words.js');
const twin = require('../shared/twin.js');

/** Shown once to a phone that never was here. */
const INTRODUCED = 'introduced';
const RECENT = 5;
const FOREIGN = {
  heading: '这不是承诺砖墙的码',
  text: '扫到的是别处的链接，没有替您打开。请扫砖上的码，或者输入砖上的编号。',
};
const BROKEN = {
  heading: '这个码只读到一部分',
  text: '请把整个二维码放进框里再扫一次，或者输入砖上的编号。',
};
const LONG = '这像是 12 位的回执号或读答复的编号，不是砖上的编号。回执和答复在下面两处看。';
const SHAPE = '砖上的编号是 8 位数字和字母，分两组，例如 7k3m 9qx2。大小写都可以，空格可以不打。';
const NO_CAMERA = '相机没有打开。请在微信里允许使用相机，或者输入砖上的编号。';

Page({
  data: {
    letters: letters.look(),
    notice: /** @type {{heading: string, text: string} | null} */ (null),
    typed: '',
    wrong: '',
    isLong: false,
    isNew: false,
    recent: /** @type {any[]} */ ([]),
  },

  /** @param {Record<string, string | undefined>} options */
  onLoad(options) {
    letters.apply(this);
    const typed = options.typed || '';
    this.setData({ isNew: !store.get(INTRODUCED, false), typed });
    this.follow(entry.parseEntry(options), true);
  },

  onShow() {
    const recent = twin.recentBricks(RECENT).map((row) => ({
      path: row.path,
      name: row.name,
      line: row.line,
      at: words.near(row.at),
    }));
    this.setData({ recent });
  },

  /**
   * Go where an entry leads, or say why it leads nowhere.
   * @param {import('../../utils/entry.js').Entry} found
   * @param {boolean} [replacing] this page was only the door
   */
  follow(found, replacing) {
    const url = entry.pageOf(found);
    if (url && replacing) wx.redirectTo({ url });
    else if (url) ways.open(url);
    else if (found.kind === 'foreign') this.setData({ notice: FOREIGN });
    else if (found.kind === 'broken') this.setData({ notice: BROKEN, typed: found.code });
    else if (!replacing) ways.openPath('/');
  },

  onScan() {
    this.setData({ notice: null, wrong: '' });
    wx.scanCode({
      scanType: ['qrCode'],
      success: (answer) => this.follow(this.readScan(answer)),
      fail: (error) => {
        if (!/cancel/i.test(error.errMsg || '')) this.setData({ wrong: NO_CAMERA });
      },
    });
  },

  /**
   * Read what the camera found: a printed link, or one of our own 小程序码.
   * @param {{result?: string, path?: string}} answer
   */
  readScan(answer) {
    const scene = /[?&]scene=([^&]*)/.exec(answer.path || '');
    return scene ? entry.parseEntry({ scene: scene[1] }) : entry.parseLink(answer.result || '');
  },

  /** @param {{detail: {value: string}}} event */
  onType(event) {
    this.setData({ typed: event.detail.value, wrong: '', isLong: false });
  },

  onLook() {
    const typed = this.data.typed;
    const code = words.normaliseCode(typed);
    const isLong = words.normaliseId(typed) !== '';
    if (code) {
      this.setData({ wrong: '', notice: null });
      ways.openPath(`/q/${code}`);
      return;
    }
    this.setData({ isLong, wrong: isLong ? LONG : SHAPE });
  },

  /** @param {{currentTarget: {dataset: {path: string}}}} event */
  onOpen(event) {
    ways.openPath(event.currentTarget.dataset.path);
  },

  onIntroduced() {
    store.trySet(INTRODUCED, true);
    this.setData({ isNew: false });
  },

  onShareAppMessage() {
    return { title: '承诺砖墙', path: '/pages/scan/scan' };
  },
});
