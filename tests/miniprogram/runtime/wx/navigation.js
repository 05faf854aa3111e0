/** Moving between pages, and what belongs to the page on top. */
import { back, navigateTo, reLaunch, redirectTo, setTitle } from '../pages.js';
import { complain, program } from '../record.js';
import { topPage } from '../stack.js';
import { callable, noted } from './call.js';

function startPullDown() {
  const top = topPage();
  if (!top) return;
  const config = program.components[top.route].config;
  if (!(config.enablePullDownRefresh ?? program.app.window?.enablePullDownRefresh)) {
    complain(`${top.route} has no enablePullDownRefresh`);
    return;
  }
  top.page.onPullDownRefresh?.();
}

/** @param {any} options as of wx.pageScrollTo */
function scrollTo(options) {
  const box = topPage()?.element;
  if (!box) return;
  const target = options.selector ? box.querySelector(options.selector.replace(/#/g, '[id$="').replace(/^(\[id.*)$/, '$1"]')) : null;
  if (target) target.scrollIntoView();
  else box.scrollTop = options.scrollTop ?? 0;
}

const closed = () => ({ errMsg: 'switchTab:fail can not switch to no-tabBar page' });

export const navigation = {
  navigateTo: callable('navigateTo', navigateTo),
  redirectTo: callable('redirectTo', redirectTo),
  reLaunch: callable('reLaunch', reLaunch),
  switchTab: callable('switchTab', () => Promise.reject(closed())),
  navigateBack: callable('navigateBack', (options) => back(options.delta ?? 1)),
  exitMiniProgram: noted('exitMiniProgram'),
  setNavigationBarTitle: callable('setNavigationBarTitle', (options) => setTitle(options.title)),
  setNavigationBarColor: noted('setNavigationBarColor'),
  setBackgroundColor: noted('setBackgroundColor'),
  showNavigationBarLoading: noted('showNavigationBarLoading'),
  hideNavigationBarLoading: noted('hideNavigationBarLoading'),
  hideHomeButton: noted('hideHomeButton'),
  startPullDownRefresh: callable('startPullDownRefresh', startPullDown),
  stopPullDownRefresh: noted('stopPullDownRefresh'),
  pageScrollTo: callable('pageScrollTo', scrollTo),
  showShareMenu: noted('showShareMenu'),
  hideShareMenu: noted('hideShareMenu'),
  updateShareMenu: noted('updateShareMenu'),
};
