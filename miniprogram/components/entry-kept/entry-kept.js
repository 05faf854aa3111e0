/**
 * What became of a note just kept: on its way, waiting for the network, arrived, refused.
 *
 * Properties:
 *   note   id of the queue's note
 *   about  the commitment's title
 *   back   words of the button that leads back
 * Events `again` (write another one, or a refused one anew) and `back`.
 */

const drafts = require('../../utils/drafts.js');
const queue = require('../../utils/queue.js');

const SAYS = {
  sending: { title: '记下了，正在传…', detail: '不用等，离开这一页也会接着传。' },
  waiting: { title: '记在手机里了', detail: '现在没有传成。有网会自动传，一条只传一次，不用再写。' },
  arrived: { title: '传上去了', detail: '' },
  refused: { title: '没有收下', detail: '' },
};

/**
 * Return where a note is.
 * @param {string} id
 * @returns {{state: 'sending'|'waiting'|'arrived'|'refused', problem: string}}
 */
function placeOf(id) {
  const note = queue.list().filter((each) => each.id === id)[0];
  if (!note) return { state: 'arrived', problem: '' };
  if (note.state === 'refused') return { state: 'refused', problem: note.problem };
  return { state: queue.isFlushing() ? 'sending' : 'waiting', problem: '' };
}

Component({
  properties: {
    note: { type: String, value: '', observer: 'look' },
    about: { type: String, value: '' },
    back: { type: String, value: '' },
  },

  data: { state: 'sending', title: '', detail: '' },

  lifetimes: {
    attached() {
      Object.assign(this, { stop: queue.onChange(() => this.look()) });
      this.look();
    },

    detached() {
      /** @type {any} */ (this).stop();
    },
  },

  methods: {
    look() {
      if (!this.data.note) return;
      const place = placeOf(this.data.note);
      const says = SAYS[place.state];
      this.setData({ state: place.state, title: says.title, detail: place.problem || says.detail });
    },

    again() {
      this.triggerEvent('again');
    },

    takeBack() {
      drafts.takeBack(this.data.note);
      this.triggerEvent('again');
    },

    leave() {
      this.triggerEvent('back');
    },
  },
});
