const config = require('../../utils/config.js');
const { toApiError } = require('../../utils/errors.js');
const letters = require('../../utils/letters.js');
const staff = require('../staff.js');

/**
 * One decision: `step` must be among the card's open steps (or, for revisions, allowed);
 * `path` is the API's verb, `done` is said afterwards.
 * @typedef {{name: string, step: string, label: string, path: string, done: string,
 *   reasoned: boolean, main: boolean}} Act
 */

/** @type {Record<string, Act[]>} */
const ACTS = {
  vet: [
    { name: 'both', step: 'approve', label: '审过并公示', path: 'approve-and-publish', done: '审过了，已经公示', reasoned: false, main: true },
    { name: 'approve', step: 'approve', label: '只审过，先不公示', path: 'approve', done: '审过了，还没有公示', reasoned: false, main: false },
    { name: 'return', step: 'return', label: '退回', path: 'return', done: '退回了，对方会看到原因', reasoned: true, main: false },
  ],
  publish: [
    { name: 'publish', step: 'publish', label: '公示', path: 'publish', done: '已经公示', reasoned: false, main: true },
  ],
  check: [
    { name: 'close', step: 'close_out', label: '看过了，办成了', path: 'close-out', done: '核实办成，销号了', reasoned: false, main: true },
    { name: 'back', step: 'send_back', label: '没办好，退回', path: 'send-back', done: '退回了，对方会看到原因', reasoned: true, main: false },
  ],
  revise: [
    { name: 'accept', step: '', label: '同意修改', path: 'revisions/accept', done: '换用新的内容了', reasoned: false, main: true },
    { name: 'refuse', step: '', label: '不同意修改', path: 'revisions/refuse', done: '内容照旧，对方会看到原因', reasoned: true, main: false },
  ],
};
/** @type {Record<string, string>} */
const ASKED = {
  return: '退回以后，承诺人改好再交。原因公示以后大家都能看到。',
  back: '对方要再记一条，才能再报办成。原因大家都能看到。',
  refuse: '原来的内容照旧。原因大家都能看到。',
};

Page({
  data: {
    letters: letters.look(),
    state: 'loading',
    problem: { title: '', detail: '' },
    queue: /** @type {any} */ (null),
    place: { number: 0, total: 0, previous: '', following: '' },
    item: /** @type {any} */ (null),
    chain: /** @type {any[]} */ ([]),
    acts: /** @type {Act[]} */ ([]),
    asking: /** @type {Act | null} */ (null),
    asked: '',
    reason: '',
    reasonWrong: '',
    told: '',
    refused: '',
    busy: false,
    base: '',
  },

  which: 'vet',

  /** @param {Record<string, string | undefined>} options */
  onLoad(options) {
    letters.apply(this);
    this.which = options.queue && ACTS[options.queue] ? options.queue : 'vet';
    this.setData({ base: config.base() });
    this.load('');
  },

  onShow() {
    letters.apply(this);
  },

  /** @param {string} at public id of the one wanted; the first one when it has left the queue */
  async load(at) {
    try {
      this.show(await staff.ask({ path: `/desk/review/${this.which}?at=${at}` }));
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status === 401) return;
      this.setData({ state: 'error', problem: { title: error.title, detail: '' } });
    }
  },

  /** @param {any} answer */
  show(answer) {
    const { queue, number, total, previous, following, item } = answer;
    const acts = item ? this.openActs(item) : [];
    const chain = item
      ? item.chain.map(/** @param {any} link @param {number} index */ (link, index) => Object.assign({ key: index }, link))
      : [];
    wx.setNavigationBarTitle({ title: queue.label });
    this.setData({
      queue,
      item,
      acts,
      chain,
      place: { number, total, previous, following },
      state: item ? 'ready' : 'empty',
      asking: null,
      reason: '',
      reasonWrong: '',
    });
  },

  /**
   * Return the decisions open to this clerk.
   * @param {any} item
   * @returns {Act[]}
   */
  openActs(item) {
    const acts = ACTS[this.which];
    if (this.which === 'revise') return item.may_vet_revision ? acts : [];
    return acts.filter((act) => item.card.steps.indexOf(act.step) >= 0);
  },

  retry() {
    this.setData({ state: 'loading' });
    this.load('');
  },

  previous() {
    return this.turn(this.data.place.previous);
  },

  following() {
    return this.turn(this.data.place.following);
  },

  /** @param {string} at */
  async turn(at) {
    this.setData({ told: '', refused: '' });
    await this.load(at);
    wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  choose(event) {
    const act = this.data.acts.filter((each) => each.name === event.currentTarget.dataset.name)[0];
    if (!act || this.data.busy) return;
    if (act.reasoned) this.setData({ asking: act, asked: ASKED[act.name], refused: '', reasonWrong: '' });
    else this.decide(act, '');
  },

  cancel() {
    this.setData({ asking: null, reason: '', reasonWrong: '' });
  },

  /** @param {WechatMiniprogram.Input} event */
  typeReason(event) {
    this.setData({ reason: event.detail.value, reasonWrong: '' });
  },

  confirm() {
    const act = this.data.asking;
    if (!act) return;
    if (!this.data.reason.trim()) this.setData({ reasonWrong: '请写明原因，一句话就行。' });
    else this.decide(act, this.data.reason);
  },

  /**
   * Decide and show the next one. Another clerk who was faster is said as such, with what is there now.
   * @param {Act} act
   * @param {string} reason
   */
  async decide(act, reason) {
    if (this.data.busy) return;
    const { item, place } = this.data;
    this.setData({ busy: true, refused: '', told: '' });
    try {
      const data = { reason, version: item.card.version };
      await staff.ask({ method: 'POST', path: `/commitments/${item.card.id}/${act.path}`, data });
      this.setData({ told: `${item.owner}“${item.card.title}”：${act.done}。` });
      await this.load(place.following);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status !== 401) {
        this.setData({ refused: error.title, reasonWrong: error.fields.reason || '' });
        if (error.status === 409) await this.load(item.card.id);
      }
    }
    this.setData({ busy: false });
    wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },
});
