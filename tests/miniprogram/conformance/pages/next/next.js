Component({
  properties: { x: String, y: String },
  data: { said: '' },
  methods: {
    onLoad(query) {
      this.query = query;
      const channel = this.getOpenerEventChannel();
      channel.on('hello', (said) => this.setData({ said }));
      channel.emit('up', 'UP');
    },
    onUnload() {
      getApp().globalData.unloaded = true;
    },
  },
});
