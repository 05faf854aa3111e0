const make = require('../../shared/make');
const named = Behavior({
  data: { fromBehavior: 'B' },
  methods: {
    word() {
      return `word${this.data.fromBehavior}`;
    },
  },
});

make({
  behaviors: [named, 'wx://form-field'],
  relations: { '../holder/holder': { type: 'parent' } },
  properties: {
    object: { type: Object, value: {} },
    text: String,
    number: Number,
    flag: Boolean,
  },
  observers: {
    'object.x, text'(x, text) {
      this.last = [x, text];
    },
  },
  lifetimes: {
    created() {
      this.log = ['created'];
    },
    attached() {
      this.log.push('attached');
    },
    ready() {
      this.log.push('ready');
    },
    detached() {
      getApp().globalData.detached += 1;
    },
  },
  pageLifetimes: {
    show() {
      this.log.push('show');
    },
    hide() {
      this.log.push('hide');
    },
  },
  methods: {
    hit() {
      this.triggerEvent('hit', { k: 1 }, { bubbles: true, composed: true });
    },
  },
});
