App({
  globalData: { detached: 0 },
  onLaunch(options) {
    this.launched = options;
  },
});
