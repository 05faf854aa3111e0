const consent = require('../../utils/consent.js');
const { toApiError } = require('../../utils/errors.js');
const { toPage } = require('../../utils/entry.js');
const letters = require('../../utils/letters.js');
const { request } = require('../../utils/request.js');
const session = require('../../utils/session.js');
const ways = require('../../utils/ways.js');
const words = require('../../utils/words.js');

/**
 * The in-app inbox: the same text as the WeChat message, for everybody. Opening it signs nobody
 * in; a phone that is not signed in is asked with a button.
 */

/** @param {any} message */
function rowOf(message) {
  return Object.assign({}, message, {
    when: words.near(message.created_at),
    target: toPage(message.page),
  });
}

Page({
  data: {
    letters: letters.look(),
    state: /** @type {'loading'|'ready'|'error'|'unknown'} */ ('loading'),
    problem: '',
    said: { at: '', text: '', late: false },
    busy: false,
    rows: /** @type {any[]} */ ([]),
    waiting: /** @type {any[]} */ ([]),
    next: '',
    unread: 0,
    due: 0,
    member: false,
    dueOffered: false,
  },

  onLoad() {
    letters.apply(this);
    // Ready before the tap: WeChat's consent must be asked straight from it.
    consent.prepare().then(() => this.setData({ dueOffered: consent.offers('due') }));
  },

  onShow() {
    const who = session.current();
    this.setData({ member: Boolean(who.member) });
    if (who.signedIn) this.load();
    else this.setData({ state: 'unknown' });
  },

  async load() {
    if (this.data.rows.length === 0) this.setData({ state: 'loading' });
    try {
      const inbox = await request({ path: '/inbox', auth: 'phone' });
      this.setData({
        rows: inbox.items.map(rowOf),
        waiting: inbox.waiting,
        next: inbox.next_cursor || '',
        unread: inbox.unread,
        due: inbox.credits.due,
        member: Boolean(session.current().member),
        state: 'ready',
      });
    } catch (error) {
      this.setData({ state: 'error', problem: toApiError(error).title });
    }
  },

  /**
   * Do one thing and say how it ended, where it was asked.
   * @param {'list'|'waiting'|'due'} at
   * @param {() => Promise<string>} act returns what to say, may be empty
   */
  async run(at, act) {
    if (this.data.busy) return;
    this.setData({ busy: true, said: { at: '', text: '', late: false } });
    try {
      const text = await act();
      if (text) this.setData({ said: { at, text, late: false } });
    } catch (error) {
      this.setData({ said: { at, text: toApiError(error).title, late: true } });
    }
    this.setData({ busy: false });
  },

  more() {
    return this.run('list', async () => {
      const path = `/inbox?cursor=${encodeURIComponent(this.data.next)}`;
      const inbox = await request({ path, auth: 'phone' });
      this.setData({ rows: this.data.rows.concat(inbox.items.map(rowOf)), next: inbox.next_cursor || '' });
      return '';
    });
  },

  readAll() {
    return this.run('list', async () => {
      await request({ method: 'POST', path: '/inbox/read', data: {}, auth: 'phone' });
      await this.load();
      return '';
    });
  },

  /** @param {WechatMiniprogram.TouchEvent<{}, {}, {index: number}>} event */
  open(event) {
    const row = this.data.rows[event.currentTarget.dataset.index];
    // Not noted as read is no harm: it stays new.
    request({ method: 'POST', path: '/inbox/read', data: { ids: [row.id] }, auth: 'phone' }).catch(() => null);
    ways.openPath(row.page);
  },

  /** @param {WechatMiniprogram.TouchEvent<{}, {}, {id: string}>} event */
  stop(event) {
    const id = event.currentTarget.dataset.id;
    return this.run('waiting', async () => {
      await request({ method: 'DELETE', path: `/message-subscriptions/${id}`, auth: 'phone' });
      await this.load();
      return '好的，不再告诉您。';
    });
  },

  remindMe() {
    const asked = consent.askMessages(['due']);
    return this.run('due', async () => {
      const chosen = await asked;
      await this.load();
      if (chosen.accepted.length) return `记下了，快到期时微信提醒您，还能提醒 ${this.data.due} 次。`;
      return '没有开微信提醒。快到期的事，这里照样会写给您。';
    });
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
