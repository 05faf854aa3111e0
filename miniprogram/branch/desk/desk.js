const { toApiError } = require('../../utils/errors.js');
const letters = require('../../utils/letters.js');
const queue = require('../../utils/queue.js');
const session = require('../../utils/session.js');
const store = require('../../utils/store.js');
const staff = require('../staff.js');

/** What each queue asks of the clerk, after its number. */
/** @type {Record<string, string>} */
const ASKS = {
  vet: '件新承诺等您审',
  revise: '件想改内容，等您审',
  publish: '件审过了，等您公示',
  check: '件报“办成了”，等您核实',
};
const NO_NET = '现在没有网，下面是上次看到的情况。照样可以替党员记，有网自动传。';

Page({
  data: {
    letters: letters.look(),
    state: 'loading',
    problem: { title: '', detail: '' },
    desk: /** @type {any} */ (null),
    stale: '',
    tasks: /** @type {any[]} */ ([]),
    held: 0,
    toInstall: 0,
    blank: 0,
    notes: /** @type {any[]} */ ([]),
    toSend: 0,
    sending: false,
  },

  stopListening: () => {},

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

  async load() {
    try {
      const desk = await staff.ask({ path: '/desk' });
      store.trySet('desk.home', desk);
      this.show(desk, '');
    } catch (thrown) {
      const error = toApiError(thrown);
      const had = store.get('desk.home', /** @type {any} */ (null));
      if (error.status === 401) return;
      if (error.offline && had) this.show(had, NO_NET);
      else this.setData({ state: 'error', problem: { title: error.title, detail: '' } });
    }
  },

  /**
   * @param {any} desk
   * @param {string} stale why this may be old, or empty
   */
  show(desk, stale) {
    const tasks = desk.queues
      .filter(/** @param {any} each */ (each) => each.count > 0)
      .map(/** @param {any} each */ (each) => Object.assign({ asks: ASKS[each.name], says: `${each.count} ${ASKS[each.name]}` }, each));
    const plaques = desk.plaques;
    this.setData({
      desk,
      stale,
      tasks,
      held: desk.held || 0,
      toInstall: plaques.issued + plaques.printed + plaques.damaged,
      blank: plaques.blank,
      state: 'ready',
    });
  },

  followQueue() {
    const me = session.staff();
    const notes = queue.list().filter((note) => note.auth === 'staff' && me && note.who === me.login);
    const toSend = notes.filter((note) => note.state === 'waiting').length;
    this.setData({ notes, toSend, sending: queue.isFlushing() });
  },

  sendNow() {
    queue.flush();
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  sendAgain(event) {
    queue.retry(event.currentTarget.dataset.id);
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
        if (answer.confirm) queue.drop(id);
      },
    });
  },

  retry() {
    this.setData({ state: 'loading' });
    this.load();
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  review(event) {
    wx.navigateTo({ url: `/branch/review/review?queue=${event.currentTarget.dataset.name}` });
  },

  behalf() {
    wx.navigateTo({ url: '/branch/behalf/behalf' });
  },

  install() {
    wx.navigateTo({ url: '/branch/install/install' });
  },

  /** Nothing of the branch stays on a phone that others may use, but notes not sent yet. */
  async leave() {
    store.keys().filter((key) => key.indexOf('desk.') === 0).forEach(store.remove);
    await session.staffSignOut();
    staff.toDoor();
  },
});
