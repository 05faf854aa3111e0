const { request } = require('../../utils/request.js');
const { toApiError } = require('../../utils/errors.js');
const { toPage } = require('../../utils/entry.js');
const letters = require('../../utils/letters.js');
const session = require('../../utils/session.js');
const words = require('../../utils/words.js');

/**
 * The in-app inbox: the same text as the WeChat message, for everybody. Opening it signs nobody
 * in; a phone that is not signed in is asked with a button.
 */

/** @param {any} message */
function rowOf(message) {
  return Object.assign({}, message, {
    day: words.near(message.created_at),
    isNew: !message.read_at,
    target: targetOf(message.page || message.path || ''),
  });
}

/**
 * Return our page for where a message leads: a web path, or a page of the mini-program already.
 * @param {string} path
 */
function targetOf(path) {
  if (!path) return '';
  return toPage(path) || (/^\/?(pages|member|branch)\//.test(path) ? `/${path.replace(/^\//, '')}` : '');
}

Page({
  data: {
    letters: letters.look(),
    state: /** @type {'loading'|'ready'|'error'|'unknown'} */ ('loading'),
    problem: '',
    rows: /** @type {any[]} */ ([]),
  },

  onLoad() {
    letters.apply(this);
  },

  onShow() {
    if (session.current().signedIn) this.load();
    else this.setData({ state: 'unknown' });
  },

  async load() {
    this.setData({ state: this.data.rows.length ? 'ready' : 'loading' });
    try {
      const inbox = await request({ path: '/inbox', auth: 'phone' });
      const rows = inbox.items.map(rowOf);
      this.setData({ rows, state: 'ready' });
      this.markRead(inbox.items);
    } catch (error) {
      this.setData({ state: 'error', problem: toApiError(error).title });
    }
  },

  /** @param {any[]} items */
  markRead(items) {
    const ids = items.filter((each) => !each.read_at).map((each) => each.id);
    if (ids.length === 0) return;
    // Not read is no harm: it is marked when the inbox is opened next.
    request({ method: 'POST', path: '/inbox/read', data: { ids }, auth: 'phone' }).catch(() => null);
  },

  /** @param {WechatMiniprogram.TouchEvent<{}, {}, {target: string}>} event */
  open(event) {
    wx.navigateTo({ url: event.currentTarget.dataset.target });
  },

  onPullDownRefresh() {
    const done = () => wx.stopPullDownRefresh();
    if (!session.current().signedIn) {
      done();
      return;
    }
    this.load().then(done, done);
  },
});
