const { toApiError } = require('../../utils/errors.js');
const letters = require('../../utils/letters.js');
const session = require('../../utils/session.js');

const DESK = '/branch/desk/desk';

Page({
  data: {
    letters: letters.look(),
    step: 'password',
    login: '',
    password: '',
    code: '',
    shown: false,
    wrong: /** @type {Record<string, string>} */ ({}),
    refused: '',
    busy: false,
  },

  onLoad() {
    letters.apply(this);
    const staff = session.staff();
    if (staff && staff.complete) wx.redirectTo({ url: DESK });
    else if (staff) this.setData({ step: 'code', login: staff.login });
  },

  onShow() {
    letters.apply(this);
  },

  /** @param {WechatMiniprogram.Input} event */
  type(event) {
    const name = event.currentTarget.dataset.name;
    this.setData({ [name]: event.detail.value, [`wrong.${name}`]: '', refused: '' });
  },

  toggleShown() {
    this.setData({ shown: !this.data.shown });
  },

  async signIn() {
    const { login, password } = this.data;
    /** @type {Record<string, string>} */
    const wrong = {};
    if (!login.trim()) wrong.login = '请写登录名。';
    if (!password) wrong.password = '请写密码。';
    this.setData({ wrong });
    if (wrong.login || wrong.password) return;
    await this.run(async () => {
      const next = await session.staffSignIn(login.trim(), password);
      this.setData({ password: '' });
      if (next === 'done') wx.redirectTo({ url: DESK });
      else this.setData({ step: 'code' });
    });
  },

  async secondFactor() {
    const code = this.data.code.replace(/\s/g, '');
    if (!code) {
      this.setData({ wrong: { code: '请写 6 位数字，或一个备用码。' } });
      return;
    }
    await this.run(async () => {
      await session.staffSecondFactor(code);
      wx.redirectTo({ url: DESK });
    });
  },

  /** @param {() => Promise<void>} act */
  async run(act) {
    if (this.data.busy) return;
    this.setData({ busy: true, refused: '' });
    try {
      await act();
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.code === 'staff.ended') this.startAgain();
      this.setData({ refused: error.title, code: '' });
    }
    this.setData({ busy: false });
  },

  async startAgain() {
    this.setData({ step: 'password', password: '', code: '', refused: '' });
    await session.staffSignOut();
  },
});
