const drafts = require('../../utils/drafts.js');
const { toApiError } = require('../../utils/errors.js');
const letters = require('../../utils/letters.js');
const queue = require('../../utils/queue.js');
const words = require('../../utils/words.js');
const own = require('../own.js');

const NO_NET = '现在没有网，下面是上次看到的情况。照样可以记，有网自动传。';

/**
 * Return what stands above the queue, or `''` when it is empty.
 * @param {number} count
 * @param {number} refused how many of them wait for the person
 */
function countWords(count, refused) {
  if (!count) return '';
  return refused === count ? `有 ${count} 条没有收下，请看看` : `有 ${count} 条还没传上去`;
}

Page({
  data: {
    letters: letters.look(),
    state: 'loading',
    problem: { title: '', detail: '' },
    pocket: /** @type {import('../own.js').Pocket | null} */ (null),
    empty: false,
    stale: '',
    unread: 0,
    notes: /** @type {any[]} */ ([]),
    queueWords: '',
    toSend: 0,
    foreign: 0,
    sending: false,
    arrived: '',
    showOver: false,
  },

  stopListening: () => {},
  had: 0,

  onLoad() {
    letters.apply(this);
    this.stopListening = queue.onChange(() => this.followQueue());
  },

  onUnload() {
    this.stopListening();
  },

  onShow() {
    letters.apply(this);
    this.followQueue();
    queue.flush();
    this.load();
  },

  onPullDownRefresh() {
    const done = () => wx.stopPullDownRefresh();
    this.load().then(done, done);
  },

  /** Show what was last heard at once, then what the server says now. */
  async load() {
    const had = own.kept();
    if (had && !this.data.pocket) this.show(had.pocket, '');
    try {
      this.show(await own.load(), '');
      this.countUnread();
    } catch (thrown) {
      this.fail(toApiError(thrown));
    }
  },

  /**
   * @param {import('../own.js').Pocket} pocket
   * @param {string} stale why this may be old, or empty
   */
  show(pocket, stale) {
    const empty = pocket.todo.length + pocket.waiting.length + pocket.over.length === 0;
    this.setData({ pocket, empty, stale, state: 'ready' });
  },

  /** @param {import('../../utils/errors.js').ApiError} error */
  fail(error) {
    if (error.code === 'member.unbound' || error.code === 'wechat.off') {
      this.setData({ state: 'unbound', pocket: null });
      return;
    }
    const had = own.kept();
    if (error.offline && had) this.show(had.pocket, `${NO_NET}（${words.near(new Date(had.at).toISOString())}）`);
    else this.setData({ state: 'error', pocket: null, problem: { title: error.title, detail: '' } });
  },

  /** Messages are a courtesy here: without an answer nothing is said about them. */
  countUnread() {
    own.ask({ path: '/inbox' }).then(
      (inbox) => this.setData({ unread: inbox.unread || 0 }),
      () => this.setData({ unread: 0 }),
    );
  },

  followQueue() {
    const me = own.whoAmI();
    const all = queue.list().filter((note) => note.auth !== 'staff');
    const notes = all.filter((note) => note.who === me);
    const arrived = this.had > notes.length && notes.length === 0;
    const refused = notes.filter((note) => note.state === 'refused').length;
    if (notes.length > this.had) wx.pageScrollTo({ scrollTop: 0, duration: 0 });
    this.had = notes.length;
    this.setData({
      notes: notes.map((note) => Object.assign({ day: words.near(note.happened_on) }, note)),
      queueWords: countWords(notes.length, refused),
      toSend: notes.length - refused,
      foreign: all.length - notes.length,
      sending: queue.isFlushing(),
      arrived: arrived ? '都传上去了。' : notes.length ? '' : this.data.arrived,
    });
    if (arrived) this.load();
  },

  sendNow() {
    queue.flush();
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  sendAgain(event) {
    queue.retry(event.currentTarget.dataset.id);
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  takeBack(event) {
    const { id, commitment } = event.currentTarget.dataset;
    this.had = 0;
    drafts.takeBack(id);
    wx.navigateTo({ url: `/member/entry/entry?id=${commitment}` });
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  dropNote(event) {
    const id = event.currentTarget.dataset.id;
    wx.showModal({
      title: '这条不要了？',
      content: '写的字和照片会从手机里去掉。',
      confirmText: '不要了',
      cancelText: '留着',
      success: (answer) => {
        if (answer.confirm) this.forget(id);
      },
    });
  },

  /** @param {string} id of a note that is dropped, not delivered */
  forget(id) {
    this.had = 0;
    queue.drop(id);
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  record(event) {
    wx.navigateTo({ url: `/member/entry/entry?id=${event.currentTarget.dataset.id}` });
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  edit(event) {
    wx.navigateTo({ url: `/member/propose/propose?id=${event.currentTarget.dataset.id}` });
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    wx.navigateTo({ url: `/member/commitment/commitment?id=${event.currentTarget.dataset.id}` });
  },

  propose() {
    wx.navigateTo({ url: '/member/propose/propose' });
  },

  bind() {
    wx.navigateTo({ url: '/member/bind/bind' });
  },

  inbox() {
    wx.navigateTo({ url: '/pages/inbox/inbox' });
  },

  toggleOver() {
    this.setData({ showOver: !this.data.showOver });
  },

  retry() {
    this.setData({ state: 'loading' });
    this.load();
  },
});
