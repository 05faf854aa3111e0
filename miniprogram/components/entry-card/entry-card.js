/**
 * One thing that happened: a link of the chain with its text and photos, or a note that waits.
 *
 * Properties:
 *   link    {day, exact, sentence, text, reason, tone, struck, pictures: [{small, large, text}]}
 *   base    origin put before the pictures' paths; '' when they lie on the phone
 *   last    true for the last link: no line goes on below it
 * A tap on the day shows the exact time. The slot takes what can be done with it.
 */

Component({
  properties: {
    link: { type: Object, value: /** @type {any} */ ({}) },
    base: { type: String, value: '' },
    last: { type: Boolean, value: false },
  },

  data: { exact: false },

  methods: {
    showExact() {
      this.setData({ exact: !this.data.exact });
    },

    /** @param {WechatMiniprogram.TouchEvent<{}, {}, {index: number}>} event */
    showPicture(event) {
      const urls = (this.data.link.pictures || []).map(
        /** @param {{large: string}} picture */ (picture) => this.data.base + picture.large,
      );
      wx.previewImage({ urls, current: urls[event.currentTarget.dataset.index] });
    },
  },
});
