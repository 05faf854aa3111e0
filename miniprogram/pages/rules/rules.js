const { request } = require('../../utils/request.js');
const { toApiError } = require('../../utils/errors.js');
const letters = require('../../utils/letters.js');

/** The site's own page of restraint (`GET /rules`), the same as /rules on the web. */
Page({
  data: {
    letters: letters.look(),
    state: 'loading',
    problem: '',
    rules: /** @type {any} */ (null),
  },

  onLoad() {
    letters.apply(this);
    this.load();
  },

  async load() {
    this.setData({ state: 'loading' });
    try {
      this.setData({ rules: await request({ path: '/rules' }), state: 'ready' });
    } catch (error) {
      this.setData({ state: 'error', problem: toApiError(error).title });
    }
  },
});
