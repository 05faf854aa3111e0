Page({
  data: { asking: false, photo: '' },
  listen() {
    wx.onNeedPrivacyAuthorization((resolve, info) => {
      this.resolve = resolve;
      this.reason = info.referrer;
      this.setData({ asking: true });
    });
  },
  agree() {
    this.setData({ asking: false });
    this.resolve({ event: 'agree', buttonId: 'agree' });
  },
  number(event) {
    this.detail = event.detail;
  },
  shown(event) {
    this.size = event.detail;
  },
  nothing() {},
  onShareAppMessage(from) {
    return { title: from.from === 'button' ? from.target.dataset.from : from.from };
  },
});
