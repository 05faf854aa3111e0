/**
 * Choose a member of my branches, or a branch itself, by name.
 *
 * Properties:
 *   organisation  code of the branch to stay within; empty for all of mine
 *   busyOnly      true: only who is working on something can be chosen
 *   self          words of the line for the branch itself; empty for none
 * Event `pick` with `{kind: 'member' | 'branch' | 'self', id, name}`.
 */

const { toApiError } = require('../../../utils/errors.js');
const store = require('../../../utils/store.js');
const staff = require('../../staff.js');

const TYPING = 300;

Component({
  properties: {
    organisation: { type: String, value: '' },
    busyOnly: { type: Boolean, value: false },
    self: { type: String, value: '' },
  },

  data: {
    state: 'loading',
    problem: '',
    typed: '',
    people: /** @type {any[]} */ ([]),
    branches: /** @type {any[]} */ ([]),
    more: false,
    stale: false,
  },

  lifetimes: {
    attached() {
      Object.assign(this, { timer: 0, asked: 0 });
      this.load();
    },

    detached() {
      clearTimeout(/** @type {any} */ (this).timer);
    },
  },

  methods: {
    /** Ask for names; an answer to an older question is passed over. */
    async load() {
      const mine = /** @type {any} */ (this);
      mine.asked += 1;
      const question = mine.asked;
      const q = this.data.typed.trim();
      const where = encodeURIComponent(this.data.organisation);
      try {
        const found = await staff.ask({ path: `/desk/members?q=${encodeURIComponent(q)}&organisation=${where}` });
        if (question !== mine.asked) return;
        if (!q) store.trySet('desk.people', found);
        this.show(found, false);
      } catch (thrown) {
        const error = toApiError(thrown);
        const had = store.get('desk.people', /** @type {any} */ (null));
        if (question !== mine.asked || error.status === 401) return;
        if (error.offline && had) this.show(this.narrow(had, q), true);
        else this.setData({ state: 'error', problem: error.title });
      }
    },

    /**
     * Without network the names last seen are searched on the phone.
     * @param {any} had
     * @param {string} q
     */
    narrow(had, q) {
      const fits = /** @param {any} one */ (one) => one.name.indexOf(q) >= 0;
      return { items: had.items.filter(fits), branches: q ? [] : had.branches, more: had.more };
    },

    /**
     * @param {any} found
     * @param {boolean} stale
     */
    show(found, stale) {
      const branches = this.data.busyOnly ? found.branches : [];
      const nobody = found.items.length + branches.length === 0;
      this.setData({ people: found.items, branches, more: found.more, stale, state: nobody ? 'none' : 'ready' });
    },

    /** @param {WechatMiniprogram.Input} event */
    type(event) {
      this.setData({ typed: event.detail.value });
      const mine = /** @type {any} */ (this);
      clearTimeout(mine.timer);
      mine.timer = setTimeout(() => this.load(), TYPING);
    },

    retry() {
      this.setData({ state: 'loading' });
      this.load();
    },

    /** @param {WechatMiniprogram.TouchEvent} event */
    pick(event) {
      const { kind, id, name } = event.currentTarget.dataset;
      this.triggerEvent('pick', { kind, id, name });
    },
  },
});
