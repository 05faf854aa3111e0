/**
 * Photos of a note: taken or chosen, up to nine, always optional.
 *
 * Properties:
 *   photos  temporary paths chosen so far
 *   most    how many at most
 *   note    words under the button
 * Event `change` with {photos}. Camera or album refused: says so, the note goes on without.
 */

const DENIED = '没有拿到相机和相册。不加照片也能记；想加，请在微信的“设置”里允许相机';
const WIDEST = 1600;

/**
 * Make a picture small enough for a weak network; the original serves when that fails.
 * @param {string} path
 * @returns {Promise<string>}
 */
function shrink(path) {
  return new Promise((resolve) => {
    wx.compressImage({
      src: path,
      quality: 80,
      compressedWidth: WIDEST,
      success: (answer) => resolve(answer.tempFilePath),
      fail: () => resolve(path),
    });
  });
}

Component({
  properties: {
    photos: { type: Array, value: /** @type {string[]} */ ([]) },
    most: { type: Number, value: 9 },
    note: { type: String, value: '照片可不传，最多 9 张。' },
  },

  data: { problem: '' },

  methods: {
    add() {
      this.setData({ problem: '' });
      wx.chooseMedia({
        count: this.data.most - this.data.photos.length,
        mediaType: ['image'],
        sizeType: ['compressed'],
        success: (answer) => this.take(answer.tempFiles.map((file) => file.tempFilePath)),
        fail: (error) => {
          if (/cancel/.test(error.errMsg)) return;
          this.setData({ problem: DENIED });
        },
      });
    },

    /** @param {string[]} paths */
    async take(paths) {
      const small = await Promise.all(paths.map(shrink));
      this.triggerEvent('change', { photos: this.data.photos.concat(small).slice(0, this.data.most) });
    },

    /** @param {WechatMiniprogram.TouchEvent<{}, {}, {index: number}>} event */
    remove(event) {
      const at = event.currentTarget.dataset.index;
      this.triggerEvent('change', { photos: this.data.photos.filter((_, index) => index !== at) });
    },

    /** @param {WechatMiniprogram.TouchEvent<{}, {}, {index: number}>} event */
    show(event) {
      const urls = this.data.photos;
      wx.previewImage({ urls, current: urls[event.currentTarget.dataset.index] });
    },
  },
});
