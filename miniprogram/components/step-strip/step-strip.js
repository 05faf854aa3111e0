/**
 * The six steps of a commitment (研定示践督用); the present one is named in full.
 *
 * Properties:
 *   steps  `standing.steps`: [{short, name, state: 'past' | 'now' | 'next'}]
 *   words  `standing.steps_in_words`, what a screen reader says instead of the strip
 */

Component({
  properties: {
    steps: { type: Array, value: [] },
    words: { type: String, value: '' },
  },
});
