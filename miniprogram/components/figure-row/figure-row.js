/**
 * Totals in a row; each number keeps its denominator in its own text.
 *
 * Properties:
 *   figures  [{value, label, tone}]
 *   summary  the same in a sentence, for a screen reader
 *   plain    true for the row of a wall (left-aligned, without boxes)
 *   big      letters.big: two a row
 */

Component({
  properties: {
    figures: { type: Array, value: [] },
    summary: { type: String, value: '' },
    plain: { type: Boolean, value: false },
    big: { type: Boolean, value: false },
  },
});
