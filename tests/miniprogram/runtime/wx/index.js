/** The object `wx`. Whatever it does not have is noted and fails the test. */
import { hideToast, showActionSheet, showModal, showToast } from '../dialogs.js';
import { unsupported } from '../record.js';
import { callable, noted } from './call.js';
import { fileManager } from './files.js';
import { media } from './media.js';
import { navigation } from './navigation.js';
import { people } from './people.js';
import { onNeedPrivacyAuthorization, privacyCalls } from './privacy.js';
import { network } from './request.js';
import { storage } from './storage.js';
import { canIUse, system } from './system.js';

const dialogs = {
  showToast: callable('showToast', showToast),
  hideToast: callable('hideToast', hideToast),
  showLoading: callable('showLoading', (options) => showToast({ ...options, icon: 'loading' })),
  hideLoading: callable('hideLoading', hideToast),
  showModal: callable('showModal', (options, scripted) => scripted ?? showModal(options)),
  showActionSheet: callable('showActionSheet', (options, scripted) => scripted ?? showActionSheet(options)),
};

/** @type {Record<string | symbol, any>} */
const calls = {
  ...dialogs,
  ...media,
  ...navigation,
  ...network,
  ...people,
  ...storage,
  ...system,
  getFileSystemManager: fileManager,
  onNeedPrivacyAuthorization,
  getPrivacySetting: callable('getPrivacySetting', privacyCalls.getPrivacySetting),
  requirePrivacyAuthorize: callable('requirePrivacyAuthorize', privacyCalls.requirePrivacyAuthorize),
  openPrivacyContract: noted('openPrivacyContract'),
  canIUse: (/** @type {string} */ schema) => canIUse(schema, calls),
};

/** @type {any} */
export const wx = new Proxy(calls, {
  get(target, name) {
    if (!(name in target) && typeof name === 'string') unsupported(`wx.${name}`);
    return target[name];
  },
  has: (target, name) => name in target,
});
