const client = require('../../utils/client.js');
const letters = require('../../utils/letters.js');
const receipts = require('../../utils/receipts.js');
const store = require('../../utils/store.js');
const ways = require('../../utils/ways.js');
const { tidy } = require('../../utils/words.js');
const { toApiError } = require('../../utils/errors.js');
const last = require('../shared/last.js');
const tapping = require('../shared/tap.js');
const telling = require('../shared/telling.js');

/** Rounds whose result was asked for on this phone. */
const AWAITED = 'awaited_rounds';
const MOST_AWAITED = 20;
const NO_WORDS = '还没有写。写一句再送，不想写也可以不写。';
const SAID = '收到了。有人看过、确认没有伤人和隐私的内容后才会公开。';
const LOST = '您写的还在，请再送一次。';

Page({
  data: {
    letters: letters.look(),
    receipt: '',
    roundName: '',
    round: '',
    code: '',
    closes: '',
    who: '',
    unkept: '',
    fresh: false,
    canTell: false,
    told: '',
    tellWrong: '',
    telling: false,
    canSay: false,
    words: '',
    limit: 200,
    said: '',
    sayWrong: '',
    saying: false,
  },

  /** @type {import('../shared/last.js').Rated | null} */
  rated: null,
  /** @type {import('../shared/tap.js').Tap | null} */
  tap: null,

  /** @param {Record<string, string | undefined>} options */
  onLoad(options) {
    letters.apply(this);
    const asked = options.receipt || '';
    const rated = last.get();
    if (rated && (!asked || asked === rated.receipt)) this.showFresh(rated);
    else this.showKept(asked);
    client.ask().then(() => this.offerTelling());
  },

  /** @param {import('../shared/last.js').Rated} rated */
  showFresh(rated) {
    this.rated = rated;
    this.setData({
      receipt: rated.receipt,
      roundName: rated.roundName,
      round: rated.round,
      code: rated.code,
      closes: rated.closes,
      who: rated.who,
      unkept: rated.unkept,
      limit: rated.commentLength,
      fresh: true,
      canSay: true,
    });
    this.offerTelling();
  },

  /** @param {string} asked */
  showKept(asked) {
    const kept = receipts.list().filter((each) => !asked || each.receipt === asked)[0];
    if (!kept) return;
    this.setData({
      receipt: kept.receipt,
      roundName: kept.roundName,
      round: kept.round,
      code: kept.code,
      who: kept.who,
    });
    this.offerTelling();
  },

  /** Offer 告诉我结果 where there is WeChat to sign in with, once a round. */
  offerTelling() {
    const known = client.known();
    const awaited = store.get(AWAITED, /** @type {string[]} */ ([]));
    this.setData({
      canTell: Boolean(known && known.wechat && this.data.round) && awaited.indexOf(this.data.round) < 0,
    });
  },

  async onTell() {
    if (this.data.telling) return;
    this.setData({ telling: true, tellWrong: '' });
    try {
      const told = await telling.ask('result', { topic: `round:${this.data.round}` });
      const awaited = store.get(AWAITED, /** @type {string[]} */ ([]));
      store.trySet(AWAITED, [this.data.round].concat(awaited).slice(0, MOST_AWAITED));
      this.setData({ told, canTell: false });
    } catch (error) {
      this.setData({ tellWrong: `${toApiError(error).title}。` });
    }
    this.setData({ telling: false });
  },

  /** @param {{detail: {value: string}}} event */
  onWords(event) {
    this.setData({ words: event.detail.value, sayWrong: '' });
  },

  async onSay() {
    const comment = tidy(this.data.words);
    if (!this.rated || this.data.saying) return;
    if (!comment) {
      this.setData({ sayWrong: NO_WORDS });
      return;
    }
    const form = { subject: this.rated.code, round: this.rated.round };
    this.tap = tapping.follow(this.tap, this.rated.value, comment);
    this.setData({ saying: true, sayWrong: '' });
    try {
      await tapping.send(this.tap, form);
      this.setData({ said: SAID, canSay: false });
      this.tap = null;
    } catch (error) {
      const problem = toApiError(error);
      this.setData({ sayWrong: `${problem.title}。${problem.offline ? LOST : ''}` });
    }
    this.setData({ saying: false });
  },

  /** Back to the brick; from there another face is a change of mind. */
  onBrick() {
    ways.open(`/pages/brick/brick?id=${this.data.code}`);
  },

  onReceipts() {
    ways.open('/pages/receipts/receipts');
  },
});
