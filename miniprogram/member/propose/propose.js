const clock = require('../../utils/clock.js');
const { toApiError } = require('../../utils/errors.js');
const { LABELS } = require('../../utils/labels.js');
const letters = require('../../utils/letters.js');
const { newKey } = require('../../utils/request.js');
const store = require('../../utils/store.js');
const words = require('../../utils/words.js');
const own = require('../own.js');

/**
 * What is typed, as the server takes it but for the amount.
 * @typedef {{title: string, kind: string, target_amount: string, unit: string, due_on: string,
 *   beneficiary: string, measures: string, detail: string, category: string}} Form
 */

const KINDS = [
  { value: 'one_off', label: '办成一件事', note: '例如修好一条排水沟' },
  { value: 'counted', label: '按次数做', note: '例如夜巡 12 次' },
  { value: 'standing', label: '全年坚持', note: '例如看护一片林子' },
];
/** @type {Form} */
const EMPTY = {
  title: '',
  kind: 'one_off',
  target_amount: '',
  unit: '次',
  due_on: '',
  beneficiary: '',
  measures: '',
  detail: '',
  category: 'other',
};
const CATEGORIES = Object.keys(LABELS.Category);
const NO_NET = '没有网，写的已经留在手机里。有网时再点一次。';

Page({
  data: {
    letters: letters.look(),
    state: 'loading',
    problem: { title: '', detail: '' },
    form: EMPTY,
    kinds: KINDS,
    categories: CATEGORIES.map((value) => LABELS.Category[value]),
    category: CATEGORIES.indexOf('other'),
    dueWords: '',
    today: '',
    returned: '',
    more: false,
    wrong: /** @type {Record<string, string>} */ ({}),
    refused: '',
    busy: '',
  },

  id: '',
  version: /** @type {number | null} */ (null),
  key: '',

  /** @param {Record<string, string | undefined>} options */
  onLoad(options) {
    letters.apply(this);
    this.id = options.id || '';
    this.setData({ today: clock.today() });
    if (this.id) wx.setNavigationBarTitle({ title: '改承诺' });
    this.load();
  },

  onShow() {
    letters.apply(this);
  },

  /** @returns {string} */
  draftKey() {
    return `draft.propose.${this.id || 'new'}`;
  },

  async load() {
    const draft = store.get(this.draftKey(), /** @type {Form | null} */ (null));
    if (!this.id) {
      this.show(draft || EMPTY);
      return;
    }
    try {
      const one = await own.loadOne(this.id);
      this.version = one.card.version;
      const typed = Object.assign({}, one.words, {
        target_amount: one.words.target_amount === null ? '' : String(one.words.target_amount),
        due_on: one.words.due_on || '',
      });
      this.setData({ returned: one.card.reason });
      this.show(draft || typed);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.code === 'member.unbound') wx.redirectTo({ url: '/member/mine/mine' });
      else this.setData({ state: 'error', problem: { title: error.title, detail: '' } });
    }
  },

  /** @param {Form} form */
  show(form) {
    this.setData({
      form,
      state: 'form',
      category: Math.max(0, CATEGORIES.indexOf(form.category)),
      dueWords: form.due_on ? words.day(form.due_on) : '',
      more: this.data.more || Boolean(form.measures),
    });
  },

  retry() {
    this.setData({ state: 'loading' });
    this.load();
  },

  /**
   * Keep one field, on the page and on the phone; what changed is a new intention.
   * @param {string} name
   * @param {string} value
   */
  put(name, value) {
    this.key = '';
    this.setData({ [`form.${name}`]: value, [`wrong.${name}`]: '' });
    store.trySet(this.draftKey(), this.data.form);
  },

  /** @param {WechatMiniprogram.Input} event */
  type(event) {
    this.put(event.currentTarget.dataset.name, event.detail.value);
  },

  /** @param {WechatMiniprogram.CustomEvent} event */
  pickKind(event) {
    this.put('kind', event.detail.value);
  },

  /** @param {WechatMiniprogram.CustomEvent} event */
  pickDue(event) {
    this.put('due_on', event.detail.value);
    this.setData({ dueWords: words.day(event.detail.value) });
  },

  /** @param {WechatMiniprogram.CustomEvent} event */
  pickCategory(event) {
    const category = Number(event.detail.value);
    this.setData({ category });
    this.put('category', CATEGORIES[category]);
  },

  toggleMore() {
    this.setData({ more: !this.data.more });
  },

  submit() {
    return this.send(true);
  },

  keep() {
    return this.send(false);
  },

  /** @returns {any} the form as the server takes it */
  body() {
    const form = this.data.form;
    const amount = form.target_amount.replace(/[\uFF10-\uFF19]/g, (c) =>
      String.fromCharCode(c.charCodeAt(0) - 0xfee0),
    );
    return Object.assign({}, form, {
      target_amount: form.kind === 'counted' && /^\d+$/.test(amount.trim()) ? Number(amount) : null,
      due_on: form.due_on || null,
    });
  },

  /** @param {boolean} handingIn */
  async send(handingIn) {
    if (this.data.busy) return;
    if (!words.tidy(this.data.form.title)) {
      this.setData({ wrong: { title: '还没有写承诺内容。请用一句话写明要办什么事。' } });
      wx.pageScrollTo({ scrollTop: 0 });
      return;
    }
    this.setData({ busy: handingIn ? 'submit' : 'keep', refused: '', wrong: {} });
    try {
      await (this.id ? this.change(handingIn) : this.create(handingIn));
      store.remove(this.draftKey());
      this.leave();
    } catch (thrown) {
      this.refuse(toApiError(thrown));
    }
    this.setData({ busy: '' });
  },

  /** @param {boolean} handingIn */
  async create(handingIn) {
    this.key = this.key || newKey();
    const data = Object.assign(this.body(), { submit: handingIn });
    await own.ask({ method: 'POST', path: '/commitments', data, key: this.key + (handingIn ? 's' : 'k') });
  },

  /** @param {boolean} handingIn */
  async change(handingIn) {
    const data = Object.assign(this.body(), { version: this.version });
    const changed = await own.ask({ method: 'PUT', path: `/commitments/${this.id}`, data });
    this.version = changed.version;
    if (!handingIn) return;
    const step = { version: changed.version };
    await own.ask({ method: 'POST', path: `/commitments/${this.id}/submit`, data: step });
  },

  /** @param {import('../../utils/errors.js').ApiError} error */
  refuse(error) {
    const more = this.data.more || Boolean(error.fields.measures || error.fields.category);
    this.setData({ refused: error.offline ? NO_NET : error.title, wrong: error.fields, more });
    wx.pageScrollTo({ scrollTop: 0 });
  },

  leave() {
    if (getCurrentPages().length > 1) wx.navigateBack();
    else wx.redirectTo({ url: '/member/mine/mine' });
  },
});
