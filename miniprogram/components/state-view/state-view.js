/**
 * What a page shows while it has nothing to show: loading, empty, or a refusal with its next step.
 *
 * Properties:
 *   state  'loading' | 'empty' | 'error'
 *   title  the sentence; for errors `ApiError.title`
 *   hint   one more line: what to do next
 *   retry  words of the button, none without: '再试一次'
 *   busy   the button was tapped and works
 * Event `retry`. The slot takes further ways out.
 */

Component({
  properties: {
    state: { type: String, value: 'loading' },
    title: { type: String, value: '' },
    hint: { type: String, value: '' },
    retry: { type: String, value: '' },
    busy: { type: Boolean, value: false },
  },

  methods: {
    tapRetry() {
      if (!this.data.busy) this.triggerEvent('retry');
    },
  },
});
