const client = require('../../utils/client.js');
const letters = require('../../utils/letters.js');
const readings = require('../../utils/readings.js');
const ways = require('../../utils/ways.js');
const words = require('../../utils/words.js');
const { request } = require('../../utils/request.js');
const { toApiError } = require('../../utils/errors.js');
const telling = require('../shared/telling.js');
const twin = require('../shared/twin.js');
const drafts = require('./draft.js');

const LIMIT = 1000;
/** From here on the writer is told how much room is left. */
const NEARLY = 900;
const EMPTY = '还没有写。请写上什么事、在哪里、希望怎么办。';
const NOBODY = '请先选是写给谁的。';
const KEPT = '您写的还在。';
const SHAPE = '编号是 12 位，分三组。请照着回执再打一遍。';

Page({
  data: {
    letters: letters.look(),
    mode: 'write',
    about: '',
    aboutWords: '',
    choices: /** @type {Array<{path: string, name: string}>} */ ([]),
    chosen: -1,
    state: '',
    problem: '',
    text: '',
    limit: LIMIT,
    left: '',
    wrong: '',
    busy: false,
    code: '',
    unkept: '',
    canTell: false,
    told: '',
    typed: '',
    kept: /** @type {any[]} */ ([]),
    answer: /** @type {any} */ (null),
  },

  /** @param {Record<string, string | undefined>} options */
  onLoad(options) {
    letters.apply(this);
    client.ask();
    if (options.answer) {
      this.showAsk();
      return;
    }
    const brick = words.normaliseCode(options.about || '');
    const wall = /^[\w.-]{1,40}$/.test(options.wall || '') ? options.wall : '';
    if (brick) this.writeAbout(`/q/${brick}`, '');
    else if (wall) this.writeAbout(`/w/${wall}`, '');
    else this.choose();
  },

  /**
   * Open the form for a brick or wall, with what was typed before.
   * @param {string} about web path
   * @param {string} name whom it is about, when known
   */
  writeAbout(about, name) {
    const text = this.data.text || drafts.read(about).text;
    this.setData({ mode: 'write', state: '', about, aboutWords: name, text, left: leftOf(text) });
    if (!name) this.nameIt(about);
  },

  /**
   * Find out how people call what the message is about.
   * @param {string} about
   */
  async nameIt(about) {
    const code = words.groupCode(about.slice(3));
    const found = twin.copyOf(about) || (await twin.load(about).catch(() => null));
    const page = found ? found.page : null;
    if (this.data.about !== about) return;
    this.setData({ aboutWords: page ? nameOf(page) : `编号 ${code}` });
  },

  /** Nobody was named: the only branch, or one of the walls of the site. */
  async choose() {
    this.setData({ state: 'loading' });
    try {
      const page = (await twin.load('/')).page;
      const wall = /[?&]wall=([\w.-]{1,40})/.exec(page.feedback_path || '');
      if (wall) this.writeAbout(`/w/${wall[1]}`, nameOf(page));
      else this.setData({ state: '', choices: page.branches });
    } catch (error) {
      this.setData({ state: 'error', problem: toApiError(error).title });
    }
  },

  /** @param {{detail: {value: string}}} event */
  onChoose(event) {
    const chosen = Number(event.detail.value);
    const branch = this.data.choices[chosen];
    if (!branch) return;
    this.setData({ chosen, wrong: '' });
    this.writeAbout(branch.path, branch.name);
  },

  /** @param {{detail: {value: string}}} event */
  onText(event) {
    const text = event.detail.value;
    if (this.data.about) drafts.keep(this.data.about, text);
    this.setData({ text, left: leftOf(text), wrong: '' });
  },

  async onSend() {
    const text = words.tidy(this.data.text);
    const about = this.data.about;
    if (this.data.busy) return;
    if (!about || !text) {
      this.setData({ wrong: about ? EMPTY : NOBODY });
      return;
    }
    this.setData({ busy: true, wrong: '' });
    try {
      const draft = drafts.seal(about, text);
      const data = { about, text: draft.text };
      this.sent(await request({ method: 'POST', path: '/feedback', data, key: draft.key, retries: 1, auth: 'known' }));
    } catch (error) {
      const problem = toApiError(error);
      this.setData({ wrong: `${problem.fields.text || problem.title}。${KEPT}` });
    }
    this.setData({ busy: false });
  },

  /** @param {{code: string, about: string}} answer */
  sent(answer) {
    drafts.drop(this.data.about);
    const known = client.known();
    this.setData({
      mode: 'sent',
      text: '',
      left: '',
      code: answer.code,
      aboutWords: answer.about,
      unkept: keep(answer),
      canTell: Boolean(known && known.wechat),
      told: '',
    });
    wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },

  async onTell() {
    if (this.data.busy) return;
    this.setData({ busy: true, wrong: '' });
    try {
      const told = await telling.ask('answer', { topic: 'feedback', code: this.data.code });
      this.setData({ told, canTell: false });
    } catch (error) {
      this.setData({ wrong: `${toApiError(error).title}。` });
    }
    this.setData({ busy: false });
  },

  showAsk() {
    const kept = readings.list().map((row) => ({ code: row.code, about: row.about, day: words.day(row.day) }));
    this.setData({ mode: 'ask', kept, typed: '', wrong: '', answer: null });
  },

  /** @param {{detail: {value: string}}} event */
  onTyped(event) {
    this.setData({ typed: event.detail.value, wrong: '' });
  },

  onRead() {
    return this.read(this.data.typed);
  },

  /** @param {{currentTarget: {dataset: {code: string}}}} event */
  onKept(event) {
    return this.read(event.currentTarget.dataset.code);
  },

  /** @param {string} typed */
  async read(typed) {
    if (this.data.busy) return;
    const code = words.normaliseId(typed);
    if (!code) {
      this.setData({ wrong: SHAPE });
      return;
    }
    this.setData({ busy: true, wrong: '' });
    try {
      const found = await request({ method: 'POST', path: '/feedback/answer', data: { code }, retries: 1 });
      this.setData({ mode: 'answer', answer: readable(found) });
    } catch (error) {
      this.setData({ wrong: `${toApiError(error).title}。` });
    }
    this.setData({ busy: false });
  },

  /** Read the answer to what was just sent. */
  onReadThis() {
    return this.read(this.data.code);
  },

  onBack() {
    ways.openPath(this.data.about || '/');
  },

  onOpenAsk() {
    this.showAsk();
  },

  onOpenWrite() {
    this.setData({ answer: null, wrong: '' });
    if (this.data.about) this.writeAbout(this.data.about, this.data.aboutWords);
    else this.choose();
  },
});

/** @param {string} text */
function leftOf(text) {
  return text.length >= NEARLY ? `还可以写 ${Math.max(0, LIMIT - text.length)} 字。` : '';
}

/** @param {any} page */
function nameOf(page) {
  if (page.kind !== 'brick') return page.heading;
  const branch = page.lines[page.lines.length - 1];
  return branch ? `${page.name}（${branch}）` : page.name;
}

/**
 * Keep a reading code on the phone.
 * @param {{code: string, about: string}} answer
 * @returns {string} why it could not be kept, or nothing
 */
function keep(answer) {
  try {
    readings.add(answer.code, answer.about);
    return '';
  } catch (error) {
    return toApiError(error).title;
  }
}

/**
 * Return what became of a message, with its days in words.
 * @param {any} found
 */
function readable(found) {
  const closed = found.state === 'closed' ? '，已办结' : '';
  return {
    text: found.text,
    written: words.day(found.created_at),
    answer: found.answer || '',
    signed: found.answer ? `${found.answered_by || '支部'}，${words.day(found.answered_at)}${closed}` : '',
  };
}
