/**
 * What was done, in fifteen seconds: words, how much, the day, photos if wanted. What is typed stays
 * on the phone until it is kept in the queue, and there until it has arrived.
 *
 * Properties:
 *   commitment  {id, title, counted, unit}: what the note is about
 *   auth        'phone' (the member himself) or 'staff' (a clerk on behalf)
 *   sources     [{value, label}]: how a clerk learned of it; none for a member
 * Event `kept` with `{id}` of the queue's note.
 */

const clock = require('../../utils/clock.js');
const drafts = require('../../utils/drafts.js');
const { toApiError } = require('../../utils/errors.js');
const queue = require('../../utils/queue.js');
const words = require('../../utils/words.js');

const MOST_WORDS = 500;
const LARGEST = 100000;

/** @param {string} text full-width figures count, too */
function numberOf(text) {
  const plain = text.replace(/[\uFF10-\uFF19]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  return /^\d{1,6}$/.test(plain.trim()) ? Number(plain) : NaN;
}

/**
 * Return the messages for what cannot be kept, by field.
 * @param {{text: string, amount: string}} typed
 * @param {boolean} counted
 * @returns {Record<string, string>}
 */
function mistakes(typed, counted) {
  /** @type {Record<string, string>} */
  const wrong = {};
  const length = words.tidy(typed.text).length;
  const amount = numberOf(typed.amount);
  if (length === 0) wrong.text = '请写一句做了什么。';
  if (length > MOST_WORDS) wrong.text = `写了 ${length} 个字，最多 ${MOST_WORDS} 个字，请写短些。`;
  if (counted && !(amount >= 1 && amount <= LARGEST)) wrong.amount = '请填这次做了多少，用数字，例如 1。';
  return wrong;
}

Component({
  properties: {
    commitment: { type: Object, value: /** @type {any} */ ({}), observer: 'restore' },
    auth: { type: String, value: 'phone' },
    sources: { type: Array, value: /** @type {any[]} */ ([]) },
  },

  data: {
    text: '',
    amount: '1',
    day: '',
    photos: /** @type {string[]} */ ([]),
    source: '',
    wrong: /** @type {Record<string, string>} */ ({}),
    refused: '',
    busy: false,
  },

  methods: {
    /** Bring back what was typed and not kept yet. */
    restore() {
      if (!this.data.commitment || !this.data.commitment.id) return;
      const draft = drafts.get(this.data.auth, this.data.commitment.id);
      const first = this.data.sources[0];
      this.setData({
        text: draft.text,
        amount: draft.amount || '1',
        day: clock.today(),
        photos: [],
        source: first ? first.value : '',
        wrong: {},
        refused: '',
      });
    },

    keepDraft() {
      const { auth, commitment, text, amount } = this.data;
      drafts.keep(auth, commitment.id, { text, amount });
    },

    /** @param {WechatMiniprogram.Input} event */
    typeText(event) {
      this.setData({ text: event.detail.value, 'wrong.text': '' });
      this.keepDraft();
    },

    /** @param {WechatMiniprogram.Input} event */
    typeAmount(event) {
      this.setData({ amount: event.detail.value, 'wrong.amount': '' });
      this.keepDraft();
    },

    /** @param {WechatMiniprogram.TouchEvent} event */
    stepAmount(event) {
      const now = numberOf(this.data.amount) || 0;
      const next = Math.min(LARGEST, Math.max(1, now + Number(event.currentTarget.dataset.by)));
      this.setData({ amount: String(next), 'wrong.amount': '' });
      this.keepDraft();
    },

    /** @param {WechatMiniprogram.CustomEvent} event */
    pickDay(event) {
      this.setData({ day: event.detail.value });
    },

    /** @param {WechatMiniprogram.CustomEvent} event */
    pickSource(event) {
      this.setData({ source: event.detail.value });
    },

    /** @param {WechatMiniprogram.CustomEvent} event */
    changePhotos(event) {
      this.setData({ photos: event.detail.photos });
    },

    /** Keep the note in the queue; a second tap meanwhile does nothing. */
    async keep() {
      if (this.data.busy) return;
      const wrong = mistakes(this.data, this.data.commitment.counted);
      this.setData({ wrong, refused: '' });
      if (wrong.text || wrong.amount) return;
      this.setData({ busy: true });
      try {
        const note = await queue.enqueueEntry(this.draft());
        this.setData({ text: '', amount: '1', photos: [] });
        this.keepDraft();
        this.triggerEvent('kept', { id: note.id });
      } catch (error) {
        this.setData({ refused: toApiError(error).title });
      }
      this.setData({ busy: false });
    },

    /** @returns {any} what the queue takes */
    draft() {
      const one = this.data.commitment;
      return {
        commitment: one.id,
        title: one.title,
        text: words.tidy(this.data.text),
        amount: one.counted ? numberOf(this.data.amount) : null,
        happened_on: this.data.day,
        photos: this.data.photos,
        auth: this.data.auth,
        source: this.data.source || 'phone',
      };
    },
  },
});
