/** Templates of WeChat's own components, as far as this runtime has them. */

const SLOT = '<slot/>';

/** @type {Record<string, string>} */
export const TEMPLATES = {
  view: SLOT,
  text: SLOT,
  button: SLOT,
  'scroll-view': SLOT,
  swiper: SLOT,
  'swiper-item': SLOT,
  navigator: SLOT,
  form: SLOT,
  label: SLOT,
  'radio-group': SLOT,
  'checkbox-group': SLOT,
  'page-meta': SLOT,
  'root-portal': SLOT,
  icon: '',
  'rich-text': '',
  progress: '<html-div class="bar" style="width:{{percent}}%"/>',
  image: '<html-div class="picture"/>',
  input: '<html-input/>',
  textarea: '<html-textarea/>',
  radio: '<html-input type="radio"/><slot/>',
  checkbox: '<html-input type="checkbox"/><slot/>',
  switch: '<html-input type="checkbox" role="switch"/>',
  slider: '<html-input type="range"/>',
  picker: '<slot/><html-select/><html-input/>',
};

export const BUILT_IN_TAGS = new Set([...Object.keys(TEMPLATES), 'block']);
