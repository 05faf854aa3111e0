const config = require('../../utils/config.js');
const entry = require('../../utils/entry.js');
const letters = require('../../utils/letters.js');
const ways = require('../../utils/ways.js');
const { toApiError } = require('../../utils/errors.js');
const twin = require('../shared/twin.js');

const UNREAD = '没有读到是哪一件承诺。请再扫一次砖上的码，或者从砖墙上找人。';

/**
 * Return labelled lines as objects, which a list can be made from.
 * @param {string[][]} facts
 */
function rows(facts) {
  return facts.map((pair) => ({ label: pair[0], text: pair[1] }));
}

Page({
  data: {
    letters: letters.look(),
    state: 'loading',
    title: '',
    retry: '',
    old: '',
    refreshing: false,
    base: '',
    page: /** @type {any} */ (null),
    chain: /** @type {any[]} */ ([]),
    facts: /** @type {Array<{label: string, text: string}>} */ ([]),
    oldTexts: /** @type {any[]} */ ([]),
    opened: -1,
    wall: '',
    feedback: '',
  },

  code: '',

  /** @param {Record<string, string | undefined>} options */
  onLoad(options) {
    letters.apply(this);
    const found = entry.parseEntry(Object.assign({ kind: 'chain' }, options));
    this.setData({ base: config.base() });
    if (found.kind !== 'chain') {
      this.setData({ state: 'error', title: UNREAD });
      return;
    }
    this.code = found.code;
    this.load();
  },

  /** @returns {Promise<void>} */
  async load() {
    this.setData({ refreshing: true });
    try {
      this.show(await twin.load(`/c/${this.code}`, (found) => this.show(found)));
    } catch (error) {
      const problem = toApiError(error);
      const retry = problem.status === 404 ? '' : '再试一次';
      this.setData({ state: 'error', title: problem.title, retry });
    }
    this.setData({ refreshing: false });
  },

  /** @param {import('../shared/twin.js').Found} found */
  show(found) {
    const page = found.page;
    this.setData({
      state: 'shown',
      old: found.old,
      page: Object.assign({}, page, { facts: null, old_texts: null, chain: null }),
      chain: page.chain.map((/** @type {any} */ each, /** @type {number} */ at) => Object.assign({ at }, each)),
      facts: rows(page.facts),
      oldTexts: page.old_texts.map((/** @type {any} */ each) => ({
        heading: each.heading,
        reason: each.reason,
        facts: rows(each.facts),
      })),
      wall: page.wall_path,
      feedback: page.feedback_path,
    });
  },

  /** @param {{currentTarget: {dataset: {path: string}}}} event */
  onOpen(event) {
    ways.openPath(event.currentTarget.dataset.path);
  },

  /** @param {{currentTarget: {dataset: {index: number}}}} event */
  onOldText(event) {
    const index = event.currentTarget.dataset.index;
    this.setData({ opened: this.data.opened === index ? -1 : index });
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  onShareAppMessage() {
    const page = this.data.page;
    return { title: page ? page.title : '承诺砖墙', path: `/pages/chain/chain?id=${this.code}` };
  },
});
