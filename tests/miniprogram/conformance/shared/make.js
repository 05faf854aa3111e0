// Component() called from a shared module belongs to the file that called the module.
module.exports = function make(definition) {
  Component(definition);
};
