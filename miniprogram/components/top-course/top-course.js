/**
 * The course of bricks above every page: 首页, 消息, 大字. No properties.
 */

const letters = require('../../utils/letters.js');
const { toApiError } = require('../../utils/errors.js');
const ways = require('../../utils/ways.js');

Component({
  data: { big: false },

  lifetimes: {
    attached() {
      this.setData({ big: letters.look().chosen });
      const stop = letters.onChange((look) => this.setData({ big: look.chosen }));
      Object.assign(this, { stop });
    },

    detached() {
      /** @type {any} */ (this).stop();
    },
  },

  methods: {
    goHome() {
      wx.reLaunch({ url: '/pages/scan/scan' });
    },

    openInbox() {
      ways.open('/pages/inbox/inbox');
    },

    switchLetters() {
      try {
        letters.choose(!this.data.big);
      } catch (error) {
        wx.showToast({ title: toApiError(error).title, icon: 'none' });
      }
    },
  },
});
