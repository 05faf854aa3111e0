/**
 * WeChat's privacy consent, in our words, at the moment of use. It shows itself when WeChat asks
 * (utils/privacy.js); 不同意 is as big as 同意. No properties.
 */

const privacy = require('../../utils/privacy.js');

/** Words for what the wx call is about to use. */
/** @type {Record<string, string>} */
const REASONS = {
  chooseMedia: '要用到您的相机或相册，只取您选的那几张。照片可不传。',
  getPhoneNumber: '要用到您的手机号，只用来核对您是不是名册上的党员。',
  requirePrivacyAuthorize: '评的时候要用一个随机的记号，保证一个人一轮只算一票。记号里没有您的姓名和号码。不同意也能评，只是换一部手机就认不出是同一个人。',
};

Component({
  data: { open: false, reason: '' },

  lifetimes: {
    attached() {
      const sheet = {
        /** @param {string} name of the wx call that asks */
        show: (name) => this.setData({ open: true, reason: REASONS[name] || '要用到您手机里的一项信息，只为这一步。' }),
        hide: () => this.setData({ open: false }),
      };
      Object.assign(this, { sheet });
      privacy.mount(sheet);
    },

    detached() {
      privacy.unmount(/** @type {any} */ (this).sheet);
    },
  },

  methods: {
    agree() {
      this.setData({ open: false });
      privacy.answer(true, 'privacy-agree');
    },

    refuse() {
      this.setData({ open: false });
      privacy.answer(false, '');
    },

    read() {
      wx.openPrivacyContract({ fail() {} });
    },
  },
});
