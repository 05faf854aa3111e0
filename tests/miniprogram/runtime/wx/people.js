/** Who holds the phone: login, settings, subscriptions. */
import { phone } from '../record.js';
import { remember } from '../memory.js';
import { callable, noted } from './call.js';

function login() {
  phone.logins += 1;
  remember('logins', phone.logins);
  // Every code works once; the fake WeChat takes what stands before the colon for the person.
  return { code: phone.logins === 1 ? phone.who : `${phone.who}:${phone.logins}` };
}

/** @param {any} options as of wx.requestSubscribeMessage @param {any} scripted accept, reject or ban */
function subscribe(options, scripted) {
  const ids = options.tmplIds;
  if (!Array.isArray(ids) || !ids.length) throw { errMsg: 'fail TmplIds is empty', errCode: 10001 };
  if (ids.length > 5) throw { errMsg: 'fail TmplIds length is more than 5', errCode: 20003 };
  return Object.fromEntries(ids.map((id) => [id, scripted ?? 'reject']));
}

export const people = {
  login: callable('login', login),
  checkSession: noted('checkSession'),
  getSetting: callable('getSetting', (_, scripted) => scripted ?? { authSetting: {}, subscriptionsSetting: { mainSwitch: true } }),
  openSetting: callable('openSetting', (_, scripted) => scripted ?? { authSetting: {} }),
  authorize: noted('authorize'),
  requestSubscribeMessage: callable('requestSubscribeMessage', subscribe),
};

