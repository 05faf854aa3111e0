/**
 * One of a few, side by side or, with `stacked`, below each other.
 *
 * Properties:
 *   label    what is asked, for a screen reader
 *   options  [{value, label, note}]; `note` is shown only when stacked
 *   value    the chosen value
 *   stacked  one line each
 * Event `change` with `{value}`.
 */

Component({
  properties: {
    label: { type: String, value: '' },
    options: { type: Array, value: /** @type {any[]} */ ([]) },
    value: { type: String, value: '' },
    stacked: { type: Boolean, value: false },
  },

  methods: {
    /** @param {WechatMiniprogram.TouchEvent} event */
    choose(event) {
      const value = event.currentTarget.dataset.value;
      if (value !== this.data.value) this.triggerEvent('change', { value });
    },
  },
});
