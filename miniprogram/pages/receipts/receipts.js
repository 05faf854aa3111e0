const { request } = require('../../utils/request.js');
const { toApiError } = require('../../utils/errors.js');
const { normaliseId } = require('../../utils/words.js');
const letters = require('../../utils/letters.js');
const receipts = require('../../utils/receipts.js');
const ways = require('../../utils/ways.js');
const words = require('../../utils/words.js');

/** Receipts kept on this phone, and looking one up by its number. How one rated stands nowhere. */

const HALF = '回执编号是 12 位，分成三组。请对着照片再核对一遍';

/** @param {import('../../utils/receipts.js').Kept} kept */
function rowOf(kept) {
  return Object.assign({}, kept, { when: words.day(kept.day), said: '' });
}

/**
 * Return what an answer proves, in a sentence.
 * @param {any} found
 */
function sentenceOf(found) {
  const round = `属于“${found.round.name}”，${found.open ? '正在评' : '已经结束'}。`;
  if (!found.latest) return `在案。${round}那部手机后来又评过一次，以后面那次为准。`;
  return `在案。${round}${found.open ? '现在算数。' : '已经算进结果。'}`;
}

Page({
  data: {
    letters: letters.look(),
    rows: /** @type {any[]} */ ([]),
    typed: '',
    found: '',
    wrong: '',
    busy: false,
  },

  onLoad() {
    letters.apply(this);
  },

  onShow() {
    this.setData({ rows: receipts.list().map(rowOf) });
  },

  /** @param {WechatMiniprogram.Input} event */
  type(event) {
    this.setData({ typed: event.detail.value, wrong: '', found: '' });
  },

  async lookUp() {
    const code = normaliseId(this.data.typed);
    if (!code) {
      this.setData({ wrong: HALF, found: '' });
      return;
    }
    this.setData({ busy: true, wrong: '', found: '' });
    try {
      this.setData({ found: sentenceOf(await request({ path: `/receipts/${code}` })), busy: false });
    } catch (error) {
      this.setData({ wrong: toApiError(error).title, busy: false });
    }
  },

  /** @param {WechatMiniprogram.TouchEvent<{}, {}, {index: number}>} event */
  async check(event) {
    const index = event.currentTarget.dataset.index;
    const code = normaliseId(this.data.rows[index].receipt);
    this.setData({ [`rows[${index}].said`]: '正在查…' });
    try {
      const found = await request({ path: `/receipts/${code}` });
      this.setData({ [`rows[${index}].said`]: sentenceOf(found) });
    } catch (error) {
      this.setData({ [`rows[${index}].said`]: toApiError(error).title });
    }
  },

  /** @param {WechatMiniprogram.TouchEvent<{}, {}, {code: string}>} event */
  openBrick(event) {
    ways.openPath(`/q/${event.currentTarget.dataset.code}`);
  },

  /** @param {WechatMiniprogram.TouchEvent<{}, {}, {receipt: string}>} event */
  remove(event) {
    const receipt = event.currentTarget.dataset.receipt;
    wx.showModal({
      title: '从手机里去掉',
      content: '评价照样算数，只是这部手机不再留着这张回执。',
      confirmText: '去掉',
      cancelText: '不去掉',
      success: (answer) => {
        if (!answer.confirm) return;
        receipts.remove(receipt);
        this.setData({ rows: receipts.list().map(rowOf) });
      },
    });
  },
});
