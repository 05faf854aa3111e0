const { toApiError } = require('../../utils/errors.js');
const letters = require('../../utils/letters.js');
const { request } = require('../../utils/request.js');
const session = require('../../utils/session.js');
const words = require('../../utils/words.js');

const NOT_A_SLIP = '这不是激活条上的码。激活条是支部发的小纸条，上面有 12 个字母和数字。';
const NO_CAMERA = '没有打开相机。可以把纸条上的 12 个字母和数字输进来。';
const SHORT = '激活码是 12 个字母和数字，请对照纸条再看一遍。';
const NO_NUMBER = '没有取到手机号。没关系，用激活条也能绑定。';
const LINK = /^https?:\/\/[^/]+\/activate#([^#?\s]+)$/i;

/**
 * Return a slip's code from what was scanned or typed, or `''`.
 * @param {string} text
 */
function codeOf(text) {
  const link = LINK.exec(text.trim());
  return words.normaliseId(link ? link[1] : text);
}

Page({
  data: {
    letters: letters.look(),
    step: 'ask',
    mine: /** @type {import('../../utils/session.js').Member | null} */ (null),
    typed: '',
    slip: /** @type {{name: string, organisation: string} | null} */ (null),
    canBindPhone: false,
    refused: '',
    told: '',
    busy: false,
  },

  code: '',

  onLoad() {
    letters.apply(this);
    this.look();
    session.ensurePhone().then(
      () => this.look(),
      (thrown) => this.look(toApiError(thrown)),
    );
  },

  onShow() {
    letters.apply(this);
  },

  /**
   * Show who this phone is; without WeChat's sign-in the slip still opens it.
   * @param {import('../../utils/errors.js').ApiError} [error]
   */
  look(error) {
    const now = session.current();
    const passing = error && error.code !== 'wechat.off' ? error.title : '';
    this.setData({ mine: now.member, canBindPhone: now.canBindPhone, refused: passing });
  },

  scan() {
    wx.scanCode({
      scanType: ['qrCode'],
      success: (answer) => this.check(answer.result, NOT_A_SLIP),
      fail: (error) => {
        if (!/cancel/.test(error.errMsg)) this.setData({ refused: NO_CAMERA });
      },
    });
  },

  /** @param {WechatMiniprogram.Input} event */
  type(event) {
    this.setData({ typed: event.detail.value, refused: '' });
  },

  next() {
    return this.check(this.data.typed, SHORT);
  },

  /**
   * Ask whose slip it is, so that nobody opens somebody else's pocket.
   * @param {string} text
   * @param {string} otherwise what to say when it is no code at all
   */
  async check(text, otherwise) {
    const code = codeOf(text);
    if (!code) {
      this.setData({ refused: otherwise });
      return;
    }
    if (this.data.busy) return;
    this.setData({ busy: true, refused: '' });
    try {
      const slip = await request({ method: 'POST', path: '/sessions/activation/check', data: { code } });
      this.code = code;
      this.setData({ slip, step: 'confirm' });
      wx.pageScrollTo({ scrollTop: 0 });
    } catch (error) {
      this.setData({ refused: toApiError(error).title });
    }
    this.setData({ busy: false });
  },

  notMe() {
    this.code = '';
    this.setData({ step: 'ask', slip: null, typed: '', refused: '' });
  },

  isMe() {
    return this.bind(() => session.bindWithSlip(this.code));
  },

  /** @param {WechatMiniprogram.CustomEvent} event */
  phone(event) {
    const code = event.detail.code;
    if (!code) {
      this.setData({ refused: NO_NUMBER });
      return undefined;
    }
    return this.bind(() => session.bindWithPhone(code));
  },

  /** @param {() => Promise<any>} act */
  async bind(act) {
    if (this.data.busy) return;
    this.setData({ busy: true, refused: '' });
    try {
      await act();
      wx.redirectTo({ url: '/member/mine/mine' });
    } catch (error) {
      this.setData({ refused: toApiError(error).title, step: 'ask', slip: null });
    }
    this.setData({ busy: false });
  },

  mineAgain() {
    wx.redirectTo({ url: '/member/mine/mine' });
  },

  unbind() {
    wx.showModal({
      title: '解除绑定？',
      content: '这部手机不再是您的承诺本。写好没传的记录会留着，再绑定时接着传。',
      confirmText: '解除',
      cancelText: '不解除',
      success: (answer) => {
        if (answer.confirm) this.leave();
      },
    });
  },

  async leave() {
    if (this.data.busy) return;
    this.setData({ busy: true, refused: '' });
    try {
      await session.unbind();
      this.setData({ mine: null, told: '已经解除绑定。再用时，请支部再开一张激活条。' });
    } catch (error) {
      this.setData({ refused: toApiError(error).title });
    }
    this.setData({ busy: false });
    this.look();
  },
});
