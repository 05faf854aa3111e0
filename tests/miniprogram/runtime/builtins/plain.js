/** Views, text, pictures, buttons, links, forms and what scrolls. */
import { complain, noteCall, program } from '../record.js';
import { agreeToPrivacy, whenPrivacyAllows } from '../wx/privacy.js';
import { topPage } from '../stack.js';
import { nextAnswer } from '../wx/call.js';
import { fileAddress } from '../wx/files.js';
import { wx } from '../wx/index.js';
import { around, define, host, inside } from './define.js';

const FIELDS = ['input', 'textarea', 'radio-group', 'checkbox-group', 'switch', 'slider', 'picker'];
const FIELD_SELECTOR = FIELDS.map((tag) => `wx-${tag}`).join(',');

/** @param {any} button @param {string} kind submit or reset */
function actOnForm(button, kind) {
  const form = around(button, 'form');
  if (!form) return;
  /** @type {Record<string, any>} */
  const value = {};
  for (const field of inside(form, FIELD_SELECTOR)) {
    if (kind === 'reset') field._reset?.();
    else if (field.data.name) value[field.data.name] = field._value();
  }
  form.triggerEvent(kind, kind === 'submit' ? { value, target: {} } : {}, {});
}

/** @param {any} button */
function givePhoneNumber(button) {
  const answer = nextAnswer('getPhoneNumber');
  const refused = { errMsg: 'getPhoneNumber:fail user deny' };
  const detail = answer?.ok ? { errMsg: 'getPhoneNumber:ok', ...answer.value } : refused;
  noteCall('getPhoneNumber', {});
  button.triggerEvent('getphonenumber', detail, {});
}

/** @param {any} button */
function share(button) {
  const page = topPage()?.page;
  const result = page?.onShareAppMessage?.({ from: 'button', target: { dataset: button.dataset } });
  noteCall('share', result);
}

/** What open-type does, by its parts. @type {Record<string, (button: any) => void>} */
const OPEN_TYPES = {
  share,
  getPhoneNumber: (button) => whenPrivacyAllows('getPhoneNumber').then(() => givePhoneNumber(button), () => {
    button.triggerEvent('getphonenumber', { errMsg: 'getPhoneNumber:fail privacy permission is not authorized' }, {});
  }),
  agreePrivacyAuthorization(button) {
    agreeToPrivacy();
    button.triggerEvent('agreeprivacyauthorization', {}, {});
  },
  openSetting: (button) => button.triggerEvent('opensetting', { authSetting: {} }, {}),
  contact: () => noteCall('contact', {}),
  feedback: () => noteCall('feedback', {}),
};

/** @param {any} button */
function press(button) {
  if (button.data.formType) actOnForm(button, button.data.formType);
  // Consent comes before what needs it, whatever the order they are written in.
  const parts = button.data.openType.split('|').filter(Boolean).sort((/** @type {string} */ one) => (one.startsWith('agree') ? -1 : 1));
  for (const part of parts) {
    if (OPEN_TYPES[part]) OPEN_TYPES[part](button);
    else complain(`button open-type ${part} is not supported here`);
  }
}

function defineButton() {
  define('button', {
    role: 'button',
    properties: {
      type: String,
      size: String,
      plain: Boolean,
      loading: Boolean,
      formType: String,
      openType: String,
      lang: String,
      sessionFrom: String,
      sendMessageTitle: String,
      appParameter: String,
    },
    reflect: ['type', 'size', 'plain', 'loading'],
    attached(element) {
      element.tabIndex = 0;
      const stop = (/** @type {any} */ event) => {
        if (this.data.disabled) event.stopPropagation();
      };
      // On the way in, so that not even the program's own listener on the button hears it.
      this._$.addListener('tap', stop, { capture: true });
      this._$.addListener('tap', () => press(this));
    },
  });
}

const SIZES = /** @type {Record<string, string>} */ ({
  aspectFit: 'contain',
  aspectFill: 'cover',
  widthFix: '100% 100%',
  heightFix: '100% 100%',
});

/** @param {string} src @returns {string} an address the browser can load */
function pictureAddress(src) {
  if (/^(data|blob):/.test(src)) return src;
  if (src.startsWith('wxfile:')) return fileAddress(src);
  const home = window.__PHONE.home;
  if (src.startsWith(`${home}/`)) return location.origin + src.slice(home.length);
  if (/^https?:/.test(src)) return src;
  return program.pictures[src.replace(/^\//, '')] ?? `missing:${src}`;
}

/** @param {any} component @param {any} element */
function showPicture(component, element) {
  const { src, mode } = component.data;
  const box = element.firstElementChild;
  const address = pictureAddress(src);
  const picture = new Image();
  picture.onload = () => {
    box.style.backgroundImage = `url("${address}")`;
    const { naturalWidth: width, naturalHeight: height } = picture;
    if (mode === 'widthFix') element.style.height = `${(element.clientWidth * height) / width}px`;
    if (mode === 'heightFix') element.style.width = `${(element.clientHeight * width) / height}px`;
    component.triggerEvent('load', { width, height }, {});
  };
  picture.onerror = () => component.triggerEvent('error', { errMsg: `load fail ${src}` }, {});
  picture.src = address;
}

function defineImage() {
  define('image', {
    role: 'img',
    properties: {
      src: String,
      mode: { type: String, value: 'scaleToFill' },
      lazyLoad: Boolean,
      showMenuByLongpress: Boolean,
      webp: Boolean,
    },
    sync(name, value, element) {
      const box = element.firstElementChild;
      if (!box) return;
      if (name === 'mode') box.style.backgroundSize = SIZES[value] ?? '100% 100%';
      if (name === 'src' && value) showPicture(this, element);
    },
  });
}

const NAVIGATION = /** @type {Record<string, string>} */ ({
  navigate: 'navigateTo',
  redirect: 'redirectTo',
  switchTab: 'switchTab',
  reLaunch: 'reLaunch',
  navigateBack: 'navigateBack',
});

function defineNavigation() {
  define('navigator', {
    role: 'link',
    properties: { url: String, openType: { type: String, value: 'navigate' }, delta: Number, target: String },
    attached() {
      this._$.addListener('tap', () => {
        const name = NAVIGATION[this.data.openType];
        if (!name) complain(`navigator open-type ${this.data.openType} is not supported here`);
        else wx[name]({ url: this.data.url, delta: this.data.delta }).catch(complain);
      });
    },
  });
}

function defineForms() {
  define('form', { properties: { reportSubmit: Boolean } });
  define('label', {
    properties: { for: String },
    attached(element) {
      this._$.addListener('tap', (/** @type {any} */ event) => {
        const control = element.querySelector('input');
        const touched = (event.originalEvent ?? event._$originalEvent)?.target;
        if (control && touched !== control) control.click();
      });
    },
  });
}

const SCROLL_VIEW = {
  scrollX: Boolean,
  scrollY: Boolean,
  scrollTop: Number,
  scrollLeft: Number,
  scrollIntoView: String,
  scrollWithAnimation: Boolean,
  lowerThreshold: { type: Number, value: 50 },
  upperThreshold: { type: Number, value: 50 },
  refresherEnabled: Boolean,
  refresherTriggered: Boolean,
  enhanced: Boolean,
  showScrollbar: Boolean,
  enableFlex: Boolean,
  bounces: Boolean,
};

function defineScrolling() {
  define('scroll-view', {
    properties: SCROLL_VIEW,
    reflect: ['scrollX', 'scrollY'],
    attached(element) {
      element.addEventListener('scroll', () => {
        const { scrollTop, scrollLeft, scrollHeight, clientHeight } = element;
        this.triggerEvent('scroll', { scrollTop, scrollLeft, scrollHeight }, {});
        if (scrollTop + clientHeight < scrollHeight - this.data.lowerThreshold) return;
        this.triggerEvent('scrolltolower', { direction: 'bottom' }, {});
      });
    },
    sync(name, value, element) {
      if (name === 'scrollTop') element.scrollTop = value;
      if (name === 'scrollIntoView' && value) element.querySelector(`[id$="${value}"]`)?.scrollIntoView();
    },
  });
  const swiper = { current: Number, autoplay: Boolean, interval: Number, circular: Boolean, vertical: Boolean };
  define('swiper', { properties: { ...swiper, indicatorDots: Boolean, duration: Number } });
  define('swiper-item', { properties: { itemId: String } });
}

/** `page-meta` sets what belongs to the page around it. */
function definePageMeta() {
  define('page-meta', {
    properties: { pageStyle: String, pageFontSize: String, rootFontSize: String, backgroundColor: String },
    sync(name, value) {
      const page = /** @type {HTMLElement | null} */ (host(this).closest('.wx-page'));
      if (!page || !value) return;
      if (name === 'pageStyle') page.style.cssText = value;
      if (name === 'pageFontSize') page.style.fontSize = value;
      if (name === 'rootFontSize') document.documentElement.style.fontSize = value;
      if (name === 'backgroundColor') document.body.style.background = value;
    },
  });
}

export function definePlain() {
  define('view');
  define('text', { properties: { selectable: Boolean, userSelect: Boolean, space: String, decode: Boolean } });
  define('root-portal', { properties: { enable: Boolean } });
  define('icon', { properties: { type: String, size: Number, color: String } });
  define('progress', { properties: { percent: Number, showInfo: Boolean, activeColor: String, strokeWidth: Number } });
  define('rich-text', {
    properties: { nodes: null, space: String },
    sync(name, value, element) {
      if (name === 'nodes') element.innerHTML = typeof value === 'string' ? value : '';
    },
  });
  defineButton();
  defineImage();
  defineNavigation();
  defineForms();
  defineScrolling();
  definePageMeta();
}
