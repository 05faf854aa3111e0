/**
 * How much of a counted promise is done; the words stand beside it, so it is silent itself.
 *
 * Properties:
 *   percent   0 to 100
 *   segments  into how many bricks the bar is cut, 0 for none
 *   tone      tone of the standing: 'go' | 'done' | …
 */

Component({
  properties: {
    percent: { type: Number, value: 0 },
    segments: { type: Number, value: 0 },
    tone: { type: String, value: 'go' },
  },

  data: { cut: '' },

  observers: {
    /** @param {number} segments */
    segments(segments) {
      this.setData({ cut: segments ? `background-size:${(100 / segments).toFixed(3)}% 100%` : '' });
    },
  },
});
