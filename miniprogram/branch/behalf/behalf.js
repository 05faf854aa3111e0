const { toApiError } = require('../../utils/errors.js');
const { LABELS } = require('../../utils/labels.js');
const letters = require('../../utils/letters.js');
const store = require('../../utils/store.js');
const staff = require('../staff.js');

/** How a clerk learned of it, the usual one first. */
const SOURCES = ['meeting', 'visit', 'phone'].map((value) => ({ value, label: LABELS.EntrySource[value] }));

Page({
  data: {
    letters: letters.look(),
    step: 'person',
    person: { kind: '', id: '', name: '' },
    promises: /** @type {any[]} */ ([]),
    chosen: /** @type {any} */ (null),
    sources: SOURCES,
    state: 'ready',
    problem: { title: '', detail: '' },
    kept: '',
  },

  onLoad() {
    letters.apply(this);
    if (!staff.isSignedIn()) staff.toDoor();
  },

  onShow() {
    letters.apply(this);
  },

  /** @param {WechatMiniprogram.CustomEvent} event */
  pickPerson(event) {
    this.setData({ person: /** @type {any} */ (event.detail), step: 'promise', promises: [], state: 'loading' });
    wx.pageScrollTo({ scrollTop: 0, duration: 0 });
    return this.load();
  },

  async load() {
    const { kind, id } = this.data.person;
    const where = kind === 'branch' ? 'organisations' : 'members';
    const keep = `desk.promises.${id}`;
    try {
      const found = await staff.ask({ path: `/desk/${where}/${id}/promises` });
      store.trySet(keep, found);
      this.show(found);
    } catch (thrown) {
      const error = toApiError(thrown);
      const had = store.get(keep, /** @type {any} */ (null));
      if (error.status === 401) return;
      if (error.offline && had) this.show(had);
      else this.setData({ state: 'error', problem: { title: error.title, detail: '' } });
    }
  },

  /** @param {{items: any[]}} found */
  show(found) {
    const promises = found.items.filter((card) => card.may_record);
    this.setData({ promises, state: 'ready' });
    if (promises.length === 1) this.setData({ chosen: promises[0], step: 'form' });
  },

  retry() {
    this.setData({ state: 'loading' });
    return this.load();
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  choose(event) {
    const id = event.currentTarget.dataset.id;
    const chosen = this.data.promises.filter((card) => card.id === id)[0];
    this.setData({ chosen, step: 'form' });
    wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },

  /** @param {WechatMiniprogram.CustomEvent} event */
  onKept(event) {
    this.setData({ kept: event.detail.id, step: 'kept' });
    wx.pageScrollTo({ scrollTop: 0 });
  },

  again() {
    this.setData({ kept: '', step: 'form' });
  },

  otherPerson() {
    this.setData({ step: 'person', chosen: null, promises: [], kept: '' });
    wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },
});
