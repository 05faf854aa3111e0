Component({
  options: { multipleSlots: true },
  relations: { '../child/child': { type: 'child' } },
  methods: {
    count() {
      return this.getRelationNodes('../child/child').length;
    },
  },
});
