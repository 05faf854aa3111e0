Page({
  data: {
    rows: [['p', 'q'], ['r']],
    list: [
      { id: 'a', name: '甲' },
      { id: 'b', name: '乙' },
    ],
    ok: true,
    colour: 'red',
    width: 100,
    deep: { b: [{ c: 'deep' }] },
    spread: { a: 'A', b: 'B' },
    n: 7,
    typed: 'init',
    text: 'S',
    object: { x: 1 },
    late: false,
    hide: true,
  },
  entries: [],
  custom: { keep: 1 },
  onLoad(query) {
    this.entries.push(`onLoad:${JSON.stringify(query)}`);
  },
  onShow() {
    this.entries.push('onShow');
  },
  onReady() {
    this.entries.push('onReady');
  },
  onHide() {
    this.entries.push('onHide');
  },
  onPullDownRefresh() {
    this.entries.push('onPullDownRefresh');
    wx.stopPullDownRefresh();
  },
  onReachBottom() {
    this.bottom = true;
  },
  onShareAppMessage() {
    return { title: '分享', path: '/pages/main/main' };
  },
  log(event) {
    const { currentTarget, target } = event;
    const names = [event.type, currentTarget.dataset.n, target.dataset.n, currentTarget.dataset.camelCase];
    this.entries.push([...names, JSON.stringify(event.mark || {}), currentTarget.id].join('|'));
  },
  submit(event) {
    this.sent = event.detail.value;
  },
  reset() {
    this.entries.push('reset');
  },
  picked(event) {
    this.choice = event.detail.value;
  },
  lower() {
    this.lowest = true;
  },
  loaded(event) {
    this.picture = event.detail;
  },
});
