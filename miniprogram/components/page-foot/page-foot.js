/**
 * The foot of every page: 看整面墙 and 投诉建议, further ways, and what we never ask for.
 *
 * Properties:
 *   wall      web path of the wall to lead to (`/w/liuhe`); the site's first page without
 *   feedback  web path of the feedback page (`/feedback?about=…`)
 *   here      'wall' or 'feedback': this page is that one, so the foot does not lead to it
 *   member    true on pages of members and staff: leads to 我的承诺, without the resident's line
 * It also carries the privacy-sheet, so that every page can be asked for consent.
 */

const config = require('../../utils/config.js');
const ways = require('../../utils/ways.js');

Component({
  properties: {
    wall: { type: String, value: '' },
    feedback: { type: String, value: '' },
    here: { type: String, value: '' },
    member: { type: Boolean, value: false },
  },

  data: { host: '' },

  lifetimes: {
    attached() {
      this.setData({ host: config.hostOf(config.base()) });
    },
  },

  methods: {
    /** @param {WechatMiniprogram.TouchEvent<{}, {}, {url: string}>} event */
    go(event) {
      ways.open(event.currentTarget.dataset.url);
    },

    openWall() {
      ways.openPath(this.data.wall || '/');
    },

    openFeedback() {
      ways.openPath(this.data.feedback || '/feedback');
    },
  },
});
