const entry = require('../../utils/entry.js');
const letters = require('../../utils/letters.js');
const receipts = require('../../utils/receipts.js');
const ways = require('../../utils/ways.js');
const words = require('../../utils/words.js');
const { toApiError } = require('../../utils/errors.js');
const last = require('../shared/last.js');
const tapping = require('../shared/tap.js');
const twin = require('../shared/twin.js');

const LOST = '还没有送到。再试多少次都只算一票，没有送到就不算。';
const SENDING = '正在送出…';
const UNREAD = '没有读到砖上的编号。请再扫一次，或者输入编号。';
/** Refusals after which the page itself has changed. */
const CHANGED = ['round.closed', 'rating.no_subject'];

Page({
  data: {
    letters: letters.look(),
    state: 'loading',
    title: '',
    hint: '',
    retry: '',
    old: '',
    page: /** @type {any} */ (null),
    wall: '',
    feedback: '',
    rated: '',
    said: '',
    again: false,
    busy: false,
    refreshing: false,
    showOlder: false,
  },

  /** @type {import('../shared/tap.js').Tap | null} only in memory, only until its answer has come */
  tap: null,
  code: '',

  /** @param {Record<string, string | undefined>} options */
  onLoad(options) {
    letters.apply(this);
    const found = entry.parseEntry(options);
    if (found.kind === 'brick') {
      this.code = found.code;
      this.load();
      return;
    }
    const url = entry.pageOf(found);
    if (url) wx.redirectTo({ url });
    else this.setData({ state: 'error', title: UNREAD });
  },

  onShow() {
    this.tellRated();
  },

  /** @returns {Promise<void>} */
  async load() {
    this.setData({ refreshing: true });
    try {
      this.show(await twin.load(`/q/${this.code}`, (found) => this.show(found)));
    } catch (error) {
      this.explain(toApiError(error));
    }
    this.setData({ refreshing: false });
  },

  /** @param {import('../shared/twin.js').Found} found */
  show(found) {
    const page = found.page;
    const isNotice = page.kind === 'notice';
    this.setData({
      state: isNotice ? 'notice' : 'shown',
      old: found.old,
      page,
      wall: isNotice ? (page.links[0] || { path: '' }).path : page.wall_path,
      feedback: isNotice ? '' : page.feedback_path,
    });
    wx.setNavigationBarTitle({ title: isNotice ? page.heading : page.name });
    this.tellRated();
  },

  /** @param {import('../../utils/errors.js').ApiError} problem */
  explain(problem) {
    const gone = problem.status === 404;
    this.setData({
      state: 'error',
      title: gone ? '没有找到这块砖' : problem.title,
      hint: gone ? `您打开的编号是 ${words.groupCode(this.code)}。${problem.title}` : '',
      retry: gone ? '' : '再试一次',
    });
  },

  /** Say that this phone has rated here in this round; how, it does not know. */
  tellRated() {
    const page = this.data.page;
    const form = page && page.rating && page.rating.type === 'form' ? page.rating : null;
    const kept = form ? receipts.find(form.round, form.subject) : null;
    this.setData({ rated: kept ? kept.receipt : '' });
  },

  /** @param {{detail: {value: string}}} event */
  onRate(event) {
    return this.rate(tapping.follow(this.tap, event.detail.value));
  },

  onAgain() {
    if (this.tap) this.rate(this.tap);
  },

  /**
   * Send a tap and go on to its receipt.
   * @param {import('../shared/tap.js').Tap} tap
   */
  async rate(tap) {
    if (this.data.busy) return;
    const form = this.data.page.rating;
    this.tap = tap;
    this.setData({ busy: true, again: false, said: SENDING });
    try {
      this.rated(await tapping.send(tap, form), tap);
      this.tap = null;
    } catch (error) {
      this.refused(toApiError(error));
    }
    this.setData({ busy: false });
  },

  /**
   * @param {import('../shared/tap.js').Receipt} receipt
   * @param {import('../shared/tap.js').Tap} tap
   */
  rated(receipt, tap) {
    const page = this.data.page;
    const form = page.rating;
    const kept = { receipt: receipt.receipt, round: receipt.round, code: form.subject, who: page.name };
    last.keep({
      receipt: receipt.receipt,
      unkept: this.keep(kept),
      roundName: receipt.round.name,
      round: receipt.round.id,
      code: form.subject,
      who: page.name,
      closes: form.closes,
      commentLength: form.comment_length,
      value: tap.value,
    });
    this.setData({ said: '' });
    ways.open('/pages/receipt/receipt');
  },

  /**
   * Keep a receipt on the phone.
   * @param {{receipt: string, round: {id: string, name: string}, code: string, who: string}} receipt
   * @returns {string} why it could not be kept, or nothing
   */
  keep(receipt) {
    try {
      receipts.add(receipt);
      return '';
    } catch (error) {
      return toApiError(error).title;
    }
  },

  /** @param {import('../../utils/errors.js').ApiError} problem */
  refused(problem) {
    const lost = problem.offline || problem.status >= 500;
    this.setData({ said: lost ? `${problem.title}。${LOST}` : `${problem.title}。`, again: lost });
    if (!lost) this.tap = null;
    if (CHANGED.indexOf(problem.code) >= 0) this.load();
  },

  onOlder() {
    this.setData({ showOlder: !this.data.showOlder });
  },

  /** @param {{detail: {path: string}}} event */
  onCard(event) {
    ways.openPath(event.detail.path);
  },

  /** @param {{currentTarget: {dataset: {path: string}}}} event */
  onOpen(event) {
    ways.openPath(event.currentTarget.dataset.path);
  },

  onReceipt() {
    ways.open(`/pages/receipt/receipt?receipt=${this.data.rated}`);
  },

  onType() {
    ways.open(`/pages/scan/scan?typed=${encodeURIComponent(this.code)}`);
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  onShareAppMessage() {
    const page = this.data.page;
    return { title: page ? page.title : '承诺砖墙', path: `/pages/brick/brick?id=${this.code}` };
  },
});
