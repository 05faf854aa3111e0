const { toApiError } = require('../../utils/errors.js');
const config = require('../../utils/config.js');
const letters = require('../../utils/letters.js');
const queue = require('../../utils/queue.js');
const readings = require('../../utils/readings.js');
const receipts = require('../../utils/receipts.js');
const session = require('../../utils/session.js');
const store = require('../../utils/store.js');
const ways = require('../../utils/ways.js');

/** Letters, what is stored here and there, unbinding, leaving. Everything says what follows. */

/**
 * Ask before something that cannot be undone.
 * @param {string} title
 * @param {string} content
 * @param {string} confirmText at most four characters (WeChat's limit)
 * @returns {Promise<boolean>}
 */
function sure(title, content, confirmText) {
  return new Promise((resolve) => {
    wx.showModal({
      title,
      content,
      confirmText,
      cancelText: '取消',
      success: (answer) => resolve(answer.confirm),
      fail: () => resolve(false),
    });
  });
}

/** @returns {{what: string, why: string}[]} what this phone keeps, in plain words */
function keptHere() {
  const rows = [];
  const count = receipts.list().length;
  const waiting = queue.list().length;
  if (count) rows.push({ what: `${count} 张评议回执`, why: '方便您以后查。不含您怎么评的' });
  const readingCodes = readings.list().length;
  if (readingCodes) rows.push({ what: `${readingCodes} 个读答复的编号`, why: '方便您看答复。不含您写的内容' });
  if (store.keys().some((key) => key.indexOf('draft:') === 0)) {
    rows.push({ what: '没交上去的投诉建议', why: '没写完也不丢，交上去就删' });
  }
  const seen = store.get('seen', []).length;
  if (seen) rows.push({ what: `最近看过的 ${seen} 页`, why: '没有网的时候也能看，只在这部手机里' });
  if (store.get('device', null)) rows.push({ what: '一个评议记号', why: '一个人一轮只算一票。不含姓名和号码' });
  if (session.current().signedIn) rows.push({ what: '微信登录的凭证', why: '不用每次重新登录' });
  if (session.staff()) rows.push({ what: '工作登录的凭证', why: '最长 12 小时，到时作废' });
  if (waiting) rows.push({ what: `${waiting} 条没送出的记录和照片`, why: '有网络时自动送出，送到就删' });
  if (store.get('letters', '')) rows.push({ what: '大字还是小字', why: '下次打开一样' });
  return rows;
}

Page({
  data: {
    letters: letters.look(),
    here: keptHere(),
    there: /** @type {any[]} */ ([]),
    asked: false,
    busy: '',
    said: { at: '', text: '', late: false },
    member: /** @type {import('../../utils/session.js').Member | null} */ (null),
    signedIn: false,
    developing: false,
    site: '',
  },

  onLoad() {
    letters.apply(this);
    this.setData({ developing: config.version() === 'develop', site: config.base() });
  },

  onShow() {
    this.refresh();
  },

  refresh() {
    const who = session.current();
    this.setData({ here: keptHere(), member: who.member, signedIn: who.signedIn });
  },

  /** @param {WechatMiniprogram.TouchEvent<{}, {}, {big: boolean}>} event */
  chooseLetters(event) {
    try {
      letters.choose(event.currentTarget.dataset.big);
      this.refresh();
    } catch (error) {
      this.setData({ said: { at: 'letters', text: toApiError(error).title, late: true } });
    }
  },

  /**
   * Run one act with its words; a refusal stands where it was asked.
   * @param {string} name
   * @param {() => Promise<string>} act returns what to say when it is done
   */
  async run(name, act) {
    if (this.data.busy) return;
    this.setData({ busy: name, said: { at: '', text: '', late: false } });
    try {
      const text = await act();
      if (text) this.setData({ said: { at: name, text, late: false } });
    } catch (error) {
      this.setData({ said: { at: name, text: toApiError(error).title, late: true } });
    }
    this.setData({ busy: '' });
    this.refresh();
  },

  showThere() {
    return this.run('there', async () => {
      const kept = await session.keptAbout();
      this.setData({ there: kept.items, asked: true });
      return '';
    });
  },

  async unbind() {
    const content = '这个微信不再能打开您的承诺，手机里没送出的记录会留着，重新开通以后再送。';
    if (!(await sure('解除绑定', content, '解除'))) return;
    await this.run('unbind', async () => {
      await session.unbind();
      this.setData({ there: [], asked: false });
      return '已经解除。以后想再用，请凭激活条或手机号重新开通。';
    });
  },

  async leave() {
    const waiting = queue.list().length;
    const notes = waiting ? `还有 ${waiting} 条记录没有送出，会一起删掉。` : '';
    const content = `${notes}服务器上关于这个微信的登录、消息和订阅都删掉，手机里的回执也删掉。已经评的仍然算数。`;
    if (!(await sure('离开并删除', content, '删除'))) return;
    await this.run('leave', async () => {
      const dropped = queue.list();
      await session.leave();
      queue.forgetFiles(dropped);
      letters.apply(this);
      this.setData({ there: [], asked: false });
      return '都删掉了。以后扫码照样能看、能评。';
    });
  },

  openDesk() {
    ways.open('/branch/desk/desk');
  },

  openRules() {
    ways.open('/pages/rules/rules');
  },

  /** @param {WechatMiniprogram.Input} event */
  typeSite(event) {
    this.setData({ site: event.detail.value });
  },

  saveSite() {
    return this.run('site', async () => {
      const site = this.data.site.trim().replace(/\/+$/, '');
      if (site) store.set('develop_site', site);
      else store.remove('develop_site');
      session.forget();
      this.setData({ site: config.base() });
      return '开发地址换好了。';
    });
  },
});
