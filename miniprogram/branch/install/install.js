const { parseLink } = require('../../utils/entry.js');
const { toApiError } = require('../../utils/errors.js');
const letters = require('../../utils/letters.js');
const { newKey, request } = require('../../utils/request.js');
const words = require('../../utils/words.js');
const staff = require('../staff.js');

const NO_CAMERA = '没有打开相机。可以把砖上的 8 位编号输进来。';
const NOT_OURS = '这不是我们砖上的码。请扫砖上的方块码，或输入砖上的 8 位编号。';
const SHORT = '砖上的编号是 8 个字母和数字，请对照砖再看一遍。';
/** @type {Record<string, string>} */
const SAYS = {
  installed: '这块砖登记过装好了，不用再办。',
  retired: '这块砖停用了，不要再装。请把它收回支部，在工作台上给这位党员另印一块。',
};

Page({
  data: {
    letters: letters.look(),
    step: 'ask',
    typed: '',
    plaque: /** @type {any} */ (null),
    code: '',
    lines: /** @type {string[]} */ ([]),
    may: { install: false, bind: false },
    says: '',
    done: /** @type {any[]} */ ([]),
    refused: '',
    told: '',
    busy: false,
  },

  key: '',

  onLoad() {
    letters.apply(this);
    if (!staff.isSignedIn()) staff.toDoor();
  },

  onShow() {
    letters.apply(this);
  },

  scan() {
    wx.scanCode({
      scanType: ['qrCode'],
      success: (answer) => {
        const found = parseLink(answer.result);
        if (found.kind === 'brick') this.look(found.code);
        else this.setData({ refused: NOT_OURS, told: '' });
      },
      fail: (error) => {
        if (!/cancel/.test(error.errMsg)) this.setData({ refused: NO_CAMERA, told: '' });
      },
    });
  },

  /** @param {WechatMiniprogram.Input} event */
  type(event) {
    this.setData({ typed: event.detail.value, refused: '' });
  },

  next() {
    const code = words.normaliseCode(this.data.typed);
    if (code) return this.look(code);
    this.setData({ refused: SHORT, told: '' });
    return undefined;
  },

  /** @param {string} code */
  async look(code) {
    if (this.data.busy) return;
    this.setData({ busy: true, refused: '', told: '' });
    try {
      this.show(await staff.ask({ path: `/desk/plaques/${code}` }));
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status !== 401) {
        const refused = error.status === 404 ? await this.whose(code, error.title) : error.title;
        this.setData({ refused, step: 'ask', plaque: null });
      }
    }
    this.setData({ busy: false });
    wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },

  /**
   * Say whose plaque it is when it belongs to another branch: what a code leads to is public.
   * @param {string} code
   * @param {string} otherwise
   * @returns {Promise<string>}
   */
  async whose(code, otherwise) {
    try {
      const found = await request({ path: `/plaques/${code}` });
      return `这块砖是${found.organisation}的，不归您装。请交给他们，再扫另一块。`;
    } catch (error) {
      return `${otherwise}。`;
    }
  },

  /** @param {any} plaque */
  show(plaque) {
    this.key = newKey();
    const may = {
      install: plaque.acts.indexOf('installed') >= 0,
      bind: plaque.acts.indexOf('bound') >= 0,
    };
    const since = plaque.installed_at ? `${words.day(plaque.installed_at)}装的` : '';
    const state = plaque.state === 'installed' && since ? since : plaque.state_label;
    this.setData({
      plaque,
      may,
      step: 'plaque',
      typed: '',
      code: words.groupCode(plaque.code),
      lines: [plaque.organisation, `现在：${state}`],
      says: SAYS[plaque.state] || '',
    });
  },

  chooseHolder() {
    this.setData({ step: 'holder', refused: '' });
    wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },

  backToPlaque() {
    this.setData({ step: 'plaque' });
  },

  /** @param {WechatMiniprogram.CustomEvent} event */
  pickHolder(event) {
    const { kind, id, name } = event.detail;
    wx.showModal({
      title: `配给${name}？`,
      content: `砖 ${this.data.code} 从此指向${name}，扫码的人看到的就是他。`,
      confirmText: '配发',
      cancelText: '再看看',
      success: (answer) => {
        if (answer.confirm) this.act('bind', { member: kind === 'member' ? id : null });
      },
    });
  },

  install() {
    return this.act('install', undefined);
  },

  /**
   * Bind or install; what another clerk did meanwhile is said and shown.
   * @param {'bind'|'install'} verb
   * @param {any} data
   */
  async act(verb, data) {
    if (this.data.busy) return;
    const code = this.data.plaque.code;
    this.setData({ busy: true, refused: '', told: '' });
    try {
      const path = `/plaques/${code}/${verb}`;
      const plaque = await staff.ask({ method: 'POST', path, data, key: `${this.key}-${verb}` });
      if (verb === 'install') this.note(plaque);
      else this.show(await staff.ask({ path: `/desk/plaques/${code}` }));
    } catch (thrown) {
      const error = toApiError(thrown);
      this.setData({ refused: error.title });
      if (error.status === 409) await this.refresh(code);
    }
    this.setData({ busy: false });
    wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },

  /** @param {string} code */
  async refresh(code) {
    await staff.ask({ path: `/desk/plaques/${code}` }).then(
      (plaque) => this.show(plaque),
      () => undefined,
    );
  },

  /** @param {any} plaque just installed */
  note(plaque) {
    const one = { code: plaque.code, name: plaque.holder, brick: plaque.brick };
    this.setData({
      step: 'ask',
      plaque: null,
      done: [one].concat(this.data.done),
      told: `${plaque.holder}的砖登记好了，装在墙上了。`,
    });
  },

  other() {
    this.setData({ step: 'ask', plaque: null, refused: '', told: '' });
  },
});
