/**
 * A day that has been: today, yesterday, or one chosen from the calendar.
 *
 * Properties:
 *   value  `2026-11-21`; today when empty
 *   start  the earliest day, none when empty
 * Event `change` with `{value}`.
 */

const clock = require('../../utils/clock.js');
const words = require('../../utils/words.js');

const DAY = 24 * 3600 * 1000;
const NEAR = [
  { value: 'today', label: '今天' },
  { value: 'yesterday', label: '昨天' },
];

/** @returns {string} */
function yesterday() {
  return clock.today(clock.now() - DAY);
}

Component({
  properties: {
    value: { type: String, value: '', observer: 'look' },
    start: { type: String, value: '' },
  },

  data: { near: NEAR, chosen: 'today', today: '', shown: '' },

  lifetimes: {
    attached() {
      this.look();
    },
  },

  methods: {
    look() {
      const today = clock.today();
      const value = this.data.value || today;
      const chosen = value === today ? 'today' : value === yesterday() ? 'yesterday' : 'other';
      this.setData({ today, chosen, shown: words.day(value) });
    },

    /** @param {WechatMiniprogram.CustomEvent} event */
    choose(event) {
      const value = event.detail.value === 'today' ? clock.today() : yesterday();
      this.triggerEvent('change', { value });
    },

    /** @param {WechatMiniprogram.CustomEvent} event */
    pick(event) {
      this.triggerEvent('change', { value: event.detail.value });
    },
  },
});
