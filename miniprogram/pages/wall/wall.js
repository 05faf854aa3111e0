const entry = require('../../utils/entry.js');
const letters = require('../../utils/letters.js');
const ways = require('../../utils/ways.js');
const { toApiError } = require('../../utils/errors.js');
const twin = require('../shared/twin.js');

/** Bricks drawn at once: the first ones stand before a long wall has been handed over. */
const COURSE = 60;

/**
 * @typedef {{anchor: string, name: string, note: string, tone: string, filled: number, path: string}} Brick
 * @typedef {{name: string, count: number, bricks: Brick[]}} Segment
 */

/**
 * Cut a wall: the segments with the first bricks in them, and the others in pieces, each small
 * enough to be handed over at once.
 * @param {any} page
 * @returns {{segments: Segment[], pieces: Array<Record<string, Brick>>}} pieces by data path
 */
function cut(page) {
  /** @type {Array<Record<string, Brick>>} */
  const pieces = [];
  let laid = 0;
  const segments = (page.segments || []).map((/** @type {any} */ given, /** @type {number} */ at) => {
    /** @type {Segment} */
    const segment = { name: given.name, count: given.bricks.length, bricks: [] };
    given.bricks.forEach((/** @type {Brick} */ brick, /** @type {number} */ place) => {
      const piece = Math.floor(laid / COURSE) - 1;
      laid += 1;
      if (piece < 0) {
        segment.bricks.push(brick);
        return;
      }
      if (!pieces[piece]) pieces[piece] = {};
      pieces[piece][`segments[${at}].bricks[${place}]`] = brick;
    });
    return segment;
  });
  return { segments, pieces };
}

Page({
  data: {
    letters: letters.look(),
    state: 'loading',
    problem: '',
    retry: '',
    busy: false,
    old: '',
    page: /** @type {any} */ (null),
    feedback: '',
    lost: false,
    segments: /** @type {Segment[]} */ ([]),
    at: '',
    typed: '',
  },

  path: '/',

  /** @param {Record<string, string | undefined>} options */
  onLoad(options) {
    letters.apply(this);
    const found = entry.parseEntry(Object.assign({ kind: 'wall' }, options));
    if (found.kind === 'wall') this.path = `/w/${found.code}`;
    const at = options.at || '';
    this.setData({ at: /^[bm][0-9a-z]{1,12}$/.test(at) ? at : '' });
    this.load();
  },

  /** @returns {Promise<void>} */
  async load() {
    this.setData({ busy: true });
    try {
      await this.show(await twin.load(this.path, (found) => this.show(found)));
    } catch (error) {
      const problem = toApiError(error);
      const gone = problem.status === 404;
      this.setData({
        state: 'error',
        problem: problem.title,
        retry: gone ? '' : '再试一次',
        lost: gone && this.path !== '/',
        busy: false,
      });
    }
  },

  /**
   * Put a wall on the screen: the first bricks, then the others piece by piece.
   * @param {import('../shared/twin.js').Found} found
   */
  async show(found) {
    const page = Object.assign({}, found.page, { segments: null });
    const { segments, pieces } = cut(found.page);
    wx.setNavigationBarTitle({ title: page.heading });
    await this.draw({
      state: 'shown',
      busy: false,
      old: found.old,
      page,
      segments,
      feedback: page.feedback_path || '',
    });
    for (const piece of pieces) await this.draw(piece);
    if (this.data.at) wx.pageScrollTo({ selector: `#${this.data.at}`, offsetTop: -80, duration: 0 });
  },

  /**
   * @param {Record<string, any>} data
   * @returns {Promise<void>} when it is on the screen
   */
  draw(data) {
    return new Promise((resolve) => this.setData(data, () => resolve()));
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  /** @param {{currentTarget: {dataset: {path: string}}}} event */
  onOpen(event) {
    if (event.currentTarget.dataset.path) ways.openPath(event.currentTarget.dataset.path);
  },

  onShareAppMessage() {
    const page = this.data.page;
    const code = this.path.slice(3);
    const query = code ? `?id=${encodeURIComponent(code)}` : '';
    return { title: page ? page.heading : '承诺砖墙', path: `/pages/wall/wall${query}` };
  },
});
