/**
 * The three faces. One tap rates; while it is on its way nothing else can be tapped.
 *
 * Properties:
 *   big   letters.big: one face a row
 *   busy  a tap is on its way
 * Event `rate` with {value: 'satisfied' | 'fair' | 'dissatisfied', label}.
 */

const { LABELS } = require('../../utils/labels.js');

const WORDS = LABELS.RatingValue;
const FACES = Object.keys(WORDS).map((value) => ({ value, label: WORDS[value] }));

Component({
  properties: {
    big: { type: Boolean, value: false },
    busy: { type: Boolean, value: false },
  },

  data: { faces: FACES },

  methods: {
    /** @param {WechatMiniprogram.TouchEvent<{}, {}, {value: string, label: string}>} event */
    rate(event) {
      if (this.data.busy) return;
      const chosen = event.currentTarget.dataset;
      this.triggerEvent('rate', { value: chosen.value, label: chosen.label });
    },
  },
});
