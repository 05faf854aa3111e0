const store = require('./utils/store.js');
const queue = require('./utils/queue.js');
const privacy = require('./utils/privacy.js');
require('./utils/session.js');

const BROKEN = '这一步没有做成，请返回再试一次';

/** Say in one line that something broke; the details are for WeChat's own error log. */
function sayBroken() {
  wx.showToast({ title: BROKEN, icon: 'none', duration: 3000 });
}

/** Take the new version of the mini-program when the person agrees. */
function followUpdates() {
  const manager = wx.getUpdateManager();
  manager.onUpdateReady(() => {
    wx.showModal({
      title: '有新版本',
      content: '重新打开就用上新版本，没送出的记录不会丢。',
      confirmText: '现在换',
      cancelText: '以后再说',
      success(answer) {
        if (answer.confirm) manager.applyUpdate();
      },
    });
  });
}

App({
  onLaunch() {
    store.migrate();
    privacy.listen();
    followUpdates();
    wx.onNetworkStatusChange((status) => {
      if (status.isConnected) queue.flush();
    });
  },

  onShow() {
    queue.flush();
  },

  onError() {
    sayBroken();
  },

  onUnhandledRejection() {
    sayBroken();
  },

  onPageNotFound() {
    wx.redirectTo({ url: '/pages/scan/scan' });
  },
});
