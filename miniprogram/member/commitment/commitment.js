const { toApiError } = require('../../utils/errors.js');
const config = require('../../utils/config.js');
const letters = require('../../utils/letters.js');
const own = require('../own.js');

const NO_NET = '没有网，全过程要连上网才看得到。照样可以记一条，有网自动传。';
const DONE = { submit: '交上去了，等支部审核', claim: '报上去了，等支部核实', discard: '这件不提了' };

Page({
  data: {
    letters: letters.look(),
    state: 'loading',
    problem: { title: '', detail: '' },
    card: /** @type {import('../own.js').Card | null} */ (null),
    may: { record: false, edit: false, submit: false, claim: false, discard: false },
    why: '',
    facts: /** @type {any[]} */ ([]),
    chain: /** @type {any[]} */ ([]),
    stale: '',
    open: '',
    note: '',
    reason: '',
    reasonWrong: '',
    base: '',
    told: '',
    refused: '',
    busy: false,
  },

  id: '',

  /** @param {Record<string, string | undefined>} options */
  onLoad(options) {
    letters.apply(this);
    this.id = options.id || '';
    this.setData({ base: config.base() });
  },

  onShow() {
    letters.apply(this);
    this.load();
  },

  async load() {
    try {
      const one = await own.loadOne(this.id);
      this.show(one.card);
      const chain = one.chain.map(
        /** @param {any} link @param {number} index */ (link, index) => Object.assign({ key: index }, link),
      );
      this.setData({ facts: one.facts, chain, stale: '' });
    } catch (thrown) {
      this.fail(toApiError(thrown));
    }
  },

  /** @param {import('../own.js').Card} card */
  show(card) {
    const may = {
      record: card.may_record,
      edit: card.steps.indexOf('edit') >= 0,
      submit: card.steps.indexOf('submit') >= 0,
      claim: card.steps.indexOf('claim') >= 0,
      discard: card.steps.indexOf('discard') >= 0,
    };
    const why = card.state === 'returned' ? '退回的原因' : '核实退回的原因';
    this.setData({ card, may, why, state: 'ready' });
  },

  /** @param {import('../../utils/errors.js').ApiError} error */
  fail(error) {
    if (error.code === 'member.unbound') {
      wx.redirectTo({ url: '/member/mine/mine' });
      return;
    }
    const card = own.cardOf(this.id);
    if (error.offline && card) {
      this.show(card);
      this.setData({ stale: NO_NET });
    } else this.setData({ state: 'error', card: null, problem: { title: error.title, detail: '' } });
  },

  retry() {
    this.setData({ state: 'loading' });
    this.load();
  },

  record() {
    wx.navigateTo({ url: `/member/entry/entry?id=${this.id}` });
  },

  edit() {
    wx.navigateTo({ url: `/member/propose/propose?id=${this.id}` });
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  correct(event) {
    wx.navigateTo({ url: `/member/entry/entry?id=${this.id}&correct=${event.currentTarget.dataset.id}` });
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  toggle(event) {
    const wanted = event.currentTarget.dataset.name;
    this.setData({ open: this.data.open === wanted ? '' : wanted, refused: '', reasonWrong: '' });
  },

  /** @param {WechatMiniprogram.Input} event */
  typeNote(event) {
    this.setData({ note: event.detail.value });
  },

  /** @param {WechatMiniprogram.Input} event */
  typeReason(event) {
    this.setData({ reason: event.detail.value });
  },

  submit() {
    return this.take('submit', '');
  },

  claim() {
    return this.take('claim', this.data.note);
  },

  discard() {
    if (!this.data.reason.trim()) {
      this.setData({ reasonWrong: '请写一句为什么。' });
      return undefined;
    }
    return this.take('discard', this.data.reason);
  },

  /**
   * Take a step; `version` makes a second tap, or a clerk who was faster, a plain sentence.
   * @param {'submit'|'claim'|'discard'} step
   * @param {string} reason
   */
  async take(step, reason) {
    const card = this.data.card;
    if (this.data.busy || !card) return;
    this.setData({ busy: true, refused: '', told: '' });
    try {
      const data = { reason, version: card.version };
      await own.ask({ method: 'POST', path: `/commitments/${this.id}/${step}`, data });
      this.setData({ told: DONE[step], open: '', note: '', reason: '' });
      wx.pageScrollTo({ scrollTop: 0 });
      await this.load();
    } catch (thrown) {
      const error = toApiError(thrown);
      this.setData({ refused: error.title });
      if (error.status === 409) await this.load();
    }
    this.setData({ busy: false });
  },
});
