const config = require('../../utils/config.js');
const { toApiError } = require('../../utils/errors.js');
const letters = require('../../utils/letters.js');
const { newKey } = require('../../utils/request.js');
const own = require('../own.js');

const CLOSED = '这件承诺现在不能再添记录。请回到“我的承诺”看最新情况。';
const GONE = '这条记录现在不能更正，请回到承诺看最新的。';

Page({
  data: {
    letters: letters.look(),
    state: 'loading',
    problem: { title: '', detail: '' },
    card: /** @type {import('../own.js').Card | null} */ (null),
    kept: '',
    wrongEntry: /** @type {any} */ (null),
    text: '',
    amount: '',
    day: '',
    reason: '',
    keep: /** @type {string[]} */ ([]),
    wrong: /** @type {Record<string, string>} */ ({}),
    refused: '',
    busy: false,
    base: '',
  },

  id: '',
  correcting: '',
  key: '',

  /** @param {Record<string, string | undefined>} options */
  onLoad(options) {
    letters.apply(this);
    this.id = options.id || '';
    this.correcting = options.correct || '';
    this.setData({ base: config.base() });
    if (this.correcting) wx.setNavigationBarTitle({ title: '更正记录' });
    this.load();
  },

  onShow() {
    letters.apply(this);
  },

  /** A commitment known to the phone needs no network to write about. */
  async load() {
    const known = this.correcting ? null : own.cardOf(this.id);
    if (known && known.may_record) {
      this.setData({ card: known, state: 'form' });
      return;
    }
    try {
      const one = await own.loadOne(this.id);
      if (this.correcting) this.showWrong(one);
      else this.show(one.card);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.code === 'member.unbound') wx.redirectTo({ url: '/member/mine/mine' });
      else this.setData({ state: 'error', problem: { title: error.title, detail: '' } });
    }
  },

  /** @param {import('../own.js').Card} card */
  show(card) {
    if (card.may_record) this.setData({ card, state: 'form' });
    else this.setData({ state: 'closed', problem: { title: CLOSED, detail: '' } });
  },

  /** @param {any} one the commitment with its chain */
  showWrong(one) {
    const links = one.chain.filter(
      /** @param {any} link */ (link) => link.entry && link.entry.id === this.correcting,
    );
    if (!links.length) {
      this.setData({ state: 'closed', problem: { title: GONE, detail: '' } });
      return;
    }
    const entry = links[0].entry;
    this.setData({
      card: one.card,
      state: 'correct',
      wrongEntry: entry,
      text: entry.text,
      amount: entry.amount === null ? '' : String(entry.amount),
      day: entry.happened_on,
      keep: entry.photos.map(/** @param {any} photo */ (photo) => photo.id),
    });
    this.markPhotos();
  },

  /** Say beside each photo whether it stays. */
  markPhotos() {
    const kept = this.data.keep;
    const photos = this.data.wrongEntry.photos.map(
      /** @param {any} photo */ (photo) => Object.assign({}, photo, { kept: kept.indexOf(photo.id) >= 0 }),
    );
    this.setData({ 'wrongEntry.photos': photos });
  },

  retry() {
    this.setData({ state: 'loading' });
    this.load();
  },

  /** @param {WechatMiniprogram.CustomEvent} event */
  onKept(event) {
    this.setData({ kept: event.detail.id, state: 'kept' });
    wx.pageScrollTo({ scrollTop: 0 });
  },

  again() {
    this.setData({ kept: '', state: 'form' });
  },

  back() {
    if (getCurrentPages().length > 1) wx.navigateBack();
    else wx.redirectTo({ url: '/member/mine/mine' });
  },

  /** @param {WechatMiniprogram.Input} event */
  type(event) {
    const name = event.currentTarget.dataset.name;
    this.key = '';
    this.setData({ [name]: event.detail.value, [`wrong.${name}`]: '' });
  },

  /** @param {WechatMiniprogram.CustomEvent} event */
  pickDay(event) {
    this.key = '';
    this.setData({ day: event.detail.value });
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  togglePhoto(event) {
    const id = event.currentTarget.dataset.id;
    const keep = this.data.keep;
    this.key = '';
    this.setData({ keep: keep.indexOf(id) < 0 ? keep.concat([id]) : keep.filter((each) => each !== id) });
    this.markPhotos();
  },

  /** Put a new note in place of the wrong one; needs the network, since others read it meanwhile. */
  async correct() {
    if (this.data.busy) return;
    if (!this.data.reason.trim()) {
      this.setData({ wrong: { reason: '请写一句为什么更正。' } });
      return;
    }
    this.setData({ busy: true, refused: '', wrong: {} });
    this.key = this.key || newKey();
    const amount = this.data.card && this.data.card.counted ? Number(this.data.amount) || 0 : null;
    const { text, day, reason, keep } = this.data;
    try {
      await own.ask({
        method: 'POST',
        path: `/commitments/${this.id}/entries/${this.correcting}/correction`,
        data: { text, amount, happened_on: day, photos: keep, reason },
        key: this.key,
      });
      this.back();
    } catch (thrown) {
      const error = toApiError(thrown);
      this.setData({ refused: error.title, wrong: error.fields });
    }
    this.setData({ busy: false });
  },
});
