/** The privacy consent: asked before a call that needs it, by the program or by WeChat's own dialog. */
import { ask } from '../dialogs.js';
import { complain, phone } from '../record.js';
import { remember } from '../memory.js';

/** @type {((resolve: (answer: any) => void, info: any) => void)[]} */
const listeners = [];
let buttonPressed = false;

export function agreeToPrivacy() {
  buttonPressed = true;
}

function agree() {
  phone.privacyAgreed = true;
  remember('privacyAgreed', true);
}

/** @returns {Promise<boolean>} WeChat's own dialog */
async function askByWeChat() {
  const chosen = await ask({ title: '用户隐私保护提示', content: '请阅读并同意隐私保护指引。', buttons: ['拒绝', '同意'] });
  return chosen === 1;
}

/** @param {string} name @returns {Promise<boolean>} the program's own sheet */
function askByProgram(name) {
  buttonPressed = false;
  return new Promise((resolve) => {
    listeners[listeners.length - 1]((answer) => {
      if (answer?.event === 'exposureAuthorization') return;
      if (answer?.event === 'agree' && !buttonPressed) {
        complain(`${name}: consent without a button of open-type agreePrivacyAuthorization`);
      }
      resolve(answer?.event === 'agree');
    }, { referrer: name });
  });
}

/**
 * @param {string} name the call that needs consent
 * @returns {Promise<void>} rejects when the person refuses
 */
export async function whenPrivacyAllows(name) {
  if (phone.privacyAgreed) return;
  const agreed = listeners.length ? await askByProgram(name) : await askByWeChat();
  if (!agreed) throw { errMsg: 'fail privacy permission is not authorized', errno: 104 };
  agree();
}

/** @param {(resolve: (answer: any) => void, info: any) => void} listener */
export function onNeedPrivacyAuthorization(listener) {
  listeners.push(listener);
}

export const privacyCalls = {
  getPrivacySetting: () => ({ needAuthorization: !phone.privacyAgreed, privacyContractName: '《隐私保护指引》' }),
  requirePrivacyAuthorize: () => whenPrivacyAllows('requirePrivacyAuthorize'),
};
