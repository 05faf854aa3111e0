/**
 * One commitment, as on the web page of a brick.
 *
 * Properties:
 *   card  `cards[n]` of a page: {path, title, standing, latest, more}; for a member's own list
 *         `standing` may be null, then `tone`, `strong`, `rest` of the card itself are shown
 *   why   why it was sent back; may be empty
 * Event `open` with {path}. The slot takes what can be done with it.
 */

Component({
  properties: {
    card: { type: Object, value: /** @type {any} */ ({}) },
    why: { type: String, value: '' },
  },

  methods: {
    open() {
      this.triggerEvent('open', { path: this.data.card.path });
    },
  },
});
