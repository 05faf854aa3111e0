/**
 * A receipt, to be photographed: a number and nothing of how one rated.
 *
 * Properties:
 *   label    words above the number: '您的回执', '读答复的编号'
 *   receipt  the number as people read it
 *   hint     words below
 */

Component({
  properties: {
    label: { type: String, value: '您的回执' },
    receipt: { type: String, value: '' },
    hint: { type: String, value: '可以拍下这一页' },
  },

  data: { spoken: '' },

  observers: {
    /** @param {string} receipt read digit by digit */
    receipt(receipt) {
      this.setData({ spoken: receipt.replace(/-/g, '，').split('').join(' ') });
    },
  },
});
