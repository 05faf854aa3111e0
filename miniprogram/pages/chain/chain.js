const letters = require('../../utils/letters.js');

Page({
  data: { letters: letters.look() },

  onLoad() {
    letters.apply(this);
  },
});
