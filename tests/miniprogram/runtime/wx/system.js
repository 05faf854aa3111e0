/** What the phone is, its window, its network, and the program's own life. */
import { phone, program } from '../record.js';
import { topPage } from '../stack.js';
import { callable, noted } from './call.js';

export const BAR_HEIGHT = 44;
const SDK = '3.8.12';
/** WeChat's middle letter size in pixels. */
const LETTER = 17;

const windowInfo = () => ({
  pixelRatio: devicePixelRatio,
  windowWidth: innerWidth,
  windowHeight: innerHeight - BAR_HEIGHT,
  screenWidth: innerWidth,
  screenHeight: innerHeight,
  screenTop: BAR_HEIGHT,
  statusBarHeight: 20,
  safeArea: { top: 0, left: 0, right: innerWidth, bottom: innerHeight, width: innerWidth, height: innerHeight },
});

const deviceInfo = () => ({
  platform: 'android',
  system: 'Android 12',
  model: 'harness',
  brand: 'harness',
  benchmarkLevel: 10,
  memorySize: '4096',
});

const appInfo = () => ({
  SDKVersion: SDK,
  version: '8.0.50',
  language: 'zh_CN',
  theme: 'light',
  fontSizeScaleFactor: phone.letterScale,
  fontSizeSetting: Math.round(LETTER * phone.letterScale),
  host: { env: 'WeChat' },
});

const systemInfo = () => ({ ...windowInfo(), ...deviceInfo(), ...appInfo() });

const networkType = () => (navigator.onLine ? 'wifi' : 'none');

/** @type {Record<string, ((...args: any[]) => void)[]>} */
const listeners = {};

/** @param {string} name @param {any} value */
export function notify(name, value) {
  for (const listener of [...(listeners[name] ?? [])]) listener(value);
}

/** @param {string} name @returns {Record<string, any>} an on… and off… pair */
function pair(name) {
  return {
    [`on${name}`]: (/** @type {any} */ listener) => (listeners[name] ??= []).push(listener) && undefined,
    [`off${name}`]: (/** @type {any} */ listener) => {
      listeners[name] = listener ? (listeners[name] ?? []).filter((one) => one !== listener) : [];
    },
  };
}

const EVENTS = ['NetworkStatusChange', 'AppShow', 'AppHide', 'Error', 'UnhandledRejection', 'PageNotFound', 'ThemeChange'];

export function watchNetwork() {
  const changed = () => notify('NetworkStatusChange', { isConnected: navigator.onLine, networkType: networkType() });
  addEventListener('online', changed);
  addEventListener('offline', changed);
}

/** @returns {any} how the program was started; the harness cannot resume with other options */
export const launchOptions = () => {
  const [path, search = ''] = phone.url.replace(/^\//, '').split(/\?(.*)/s);
  const query = Object.fromEntries(search.split('&').filter(Boolean).map((pair_) => pair_.split(/=(.*)/s).concat('').slice(0, 2)));
  return { path, query, scene: phone.entrance, referrerInfo: {} };
};

const updateManager = () => ({ onCheckForUpdate() {}, onUpdateReady() {}, onUpdateFailed() {}, applyUpdate() {} });
const silentLog = () => ({ debug() {}, info() {}, log() {}, warn() {}, error() {}, setFilterMsg() {} });

export const system = {
  env: { USER_DATA_PATH: 'wxfile://usr' },
  getWindowInfo: windowInfo,
  getDeviceInfo: deviceInfo,
  getAppBaseInfo: appInfo,
  getSystemInfoSync: systemInfo,
  getSystemInfo: callable('getSystemInfo', systemInfo),
  getSystemSetting: () => ({ bluetoothEnabled: false, locationEnabled: false, wifiEnabled: true }),
  getAccountInfoSync: () => ({ miniProgram: { appId: phone.appId, envVersion: 'develop', version: '' } }),
  getLaunchOptionsSync: launchOptions,
  getEnterOptionsSync: launchOptions,
  getNetworkType: callable('getNetworkType', () => ({ networkType: networkType() })),
  getUpdateManager: updateManager,
  getLogManager: silentLog,
  getRealtimeLogManager: silentLog,
  getMenuButtonBoundingClientRect: () => ({
    width: 87,
    height: 32,
    top: 6,
    bottom: 38,
    left: innerWidth - 94,
    right: innerWidth - 7,
  }),
  nextTick: (/** @type {() => void} */ step) => void Promise.resolve().then(step),
  createSelectorQuery: () => topPage()?.page.createSelectorQuery(),
  createIntersectionObserver: (/** @type {any} */ component, /** @type {any} */ options) =>
    component.createIntersectionObserver(options),
  vibrateShort: noted('vibrateShort'),
  makePhoneCall: noted('makePhoneCall'),
  setKeepScreenOn: noted('setKeepScreenOn'),
  hideKeyboard: noted('hideKeyboard'),
  reportEvent() {},
  ...Object.assign({}, ...EVENTS.map(pair)),
};

/** @param {string} schema such as `getPrivacySetting` or `button.open-type.getPhoneNumber` @param {any} calls */
export const canIUse = (schema, calls) => {
  const [first] = schema.split('.');
  return first in calls || first in program.builtIns;
};
