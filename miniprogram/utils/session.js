/**
 * Who this phone is. A resident is signed in silently and only when something needs it (rating,
 * messages); a member is bound once by slip or phone button; staff sign in with a second factor.
 */

const clock = require('./clock.js');
const { ApiError } = require('./errors.js');
const { request, setKeeper } = require('./request.js');
const store = require('./store.js');

/**
 * A bound member, as the server names him.
 * @typedef {{id: string, name: string, branch: string}} Member
 * @typedef {{token: string, member: Member | null, canBindPhone: boolean, at?: number}} Session
 */

const OFF = 'wechat.off';
/** WeChat checks words only for people it saw within two hours; the server counts 110 minutes. */
const SEEN_FOR = 100 * 60 * 1000;
const STAFF_ENDED = '工作登录到期了，请重新登录';
/** Codes for which a fresh `wx.login` code may help, once. */
const STALE_CODES = ['wechat.code_refused', 'wechat.code_used'];

/** @type {Promise<Session> | null} */
let signingIn = null;
let isOff = false;

/** @returns {Session | null} */
function kept() {
  return store.get('session', /** @type {Session | null} */ (null));
}

/**
 * Return who is signed in on this phone, without asking anybody.
 * @returns {{signedIn: boolean, member: Member | null, canBindPhone: boolean}}
 */
function current() {
  const session = kept();
  return {
    signedIn: Boolean(session),
    member: session ? session.member : null,
    canBindPhone: Boolean(session && session.canBindPhone),
  };
}

/**
 * Keep what the server answered to a sign-in or binding.
 * @param {any} answer
 * @returns {Session}
 */
function keep(answer) {
  const session = {
    token: String(answer.token),
    member: answer.member || null,
    canBindPhone: Boolean(answer.can_bind_phone),
    at: clock.now(),
  };
  store.set('session', session);
  return session;
}

/** Forget this phone's sign-in, here only. */
function forget() {
  store.remove('session');
}

/** @returns {Promise<string>} a one-time code of WeChat */
function loginCode() {
  return new Promise((resolve, reject) => {
    wx.login({
      timeout: 8000,
      success: (answer) => resolve(answer.code),
      fail: () =>
        reject(new ApiError('微信没有答应登录，请过一会儿再试', 'wechat.login', { offline: true })),
    });
  });
}

/** @returns {Promise<any>} */
async function trade() {
  const code = await loginCode();
  // The old token goes along, so that the new sign-in takes its place instead of standing beside it.
  return request({ method: 'POST', path: '/sessions/wechat', data: { code }, auth: 'known' });
}

/** @returns {Promise<Session>} */
async function signIn() {
  if (isOff) throw new ApiError('这里没有接通微信登录，请用手机浏览器扫码', OFF, { status: 409 });
  try {
    return keep(await trade());
  } catch (error) {
    const code = error instanceof ApiError ? error.code : '';
    isOff = code === OFF;
    if (STALE_CODES.indexOf(code) < 0) throw error;
    return keep(await trade());
  }
}

/**
 * Sign in silently, at most once at a time.
 * @returns {Promise<Session>}
 */
function signInOnce() {
  if (!signingIn) {
    const ended = () => {
      signingIn = null;
    };
    signingIn = signIn();
    signingIn.then(ended, ended);
  }
  return signingIn;
}

/**
 * Make sure that this WeChat person has a token: the kept one, else by a silent sign-in.
 *
 * @returns {Promise<Session>}
 * @throws {ApiError} `wechat.off` when the site has no mini-program; no network; WeChat away
 */
async function ensurePhone() {
  return kept() || signInOnce();
}

/**
 * Make sure of a token whose sign-in WeChat still remembers; where that fails, the kept one serves:
 * what is written then waits for a person instead of WeChat's check.
 *
 * @returns {Promise<Session>}
 * @throws {ApiError} only when there is no token at all and none can be had
 */
async function ensureSeen() {
  const had = kept();
  if (had && Math.abs(clock.now() - (had.at || 0)) < SEEN_FOR) return had;
  return signInOnce().catch((error) => {
    const still = kept();
    if (still) return still;
    throw error;
  });
}

/**
 * Bind this WeChat person to a member by the code of his activation slip. Without WeChat sign-in
 * the slip alone opens this phone.
 *
 * @param {string} code
 * @returns {Promise<Session>}
 */
async function bindWithSlip(code) {
  /** @type {import('./request.js').Auth} */
  let auth = 'phone';
  try {
    await ensurePhone();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== OFF) throw error;
    auth = 'none';
  }
  const answer = await request({ method: 'POST', path: '/sessions/activation', data: { code }, auth });
  const member = answer.member || { id: '', name: answer.name, branch: '' };
  return keep({ token: answer.token, member });
}

/**
 * Bind by the number that WeChat's phone button vouches for.
 * @param {string} code of `bindgetphonenumber`
 * @returns {Promise<Session>}
 * @throws {ApiError} `accounts.phone_unknown` when no member has this number
 */
async function bindWithPhone(code) {
  await ensurePhone();
  return keep(await request({ method: 'POST', path: '/sessions/phone', data: { code }, auth: 'phone' }));
}

/**
 * Take this WeChat person off his member record; he is a resident again. What the member's pages
 * kept on the phone goes with it, but for notes not sent yet.
 */
async function unbind() {
  await request({ method: 'DELETE', path: '/me/wechat', auth: 'phone' });
  forget();
  store.keys().filter((key) => key === 'pocket' || key.indexOf('draft.') === 0).forEach(store.remove);
}

/**
 * Return what the server keeps about this WeChat person, in plain words.
 * @returns {Promise<any>}
 */
function keptAbout() {
  return request({ path: '/me/kept', auth: 'phone' });
}

/** Have the server forget this WeChat person, then forget everything kept on the phone. */
async function leave() {
  try {
    await request({ method: 'POST', path: '/me/leave', auth: 'phone' });
  } catch (error) {
    // Without WeChat sign-in the server never knew this person.
    if (!(error instanceof ApiError) || error.code !== OFF) throw error;
  }
  store.clear();
}

/**
 * Who of the staff is signed in on this phone. `complete` is false between password and second factor.
 * @typedef {{token: string, login: string, complete: boolean}} Staff
 */

/** @returns {Staff | null} */
function staff() {
  return store.get('staff', /** @type {Staff | null} */ (null));
}

/**
 * First half of a staff sign-in.
 * @param {string} login
 * @param {string} password never kept
 * @returns {Promise<'done'|'second_factor'>}
 */
async function staffSignIn(login, password) {
  const answer = await request({ method: 'POST', path: '/sessions/staff', data: { login, password } });
  store.set('staff', { token: answer.token, login: login.trim().toLowerCase(), complete: answer.next === 'done' });
  return answer.next;
}

/**
 * Second half: the six digits, or a recovery code.
 * @param {string} code
 * @returns {Promise<void>}
 */
async function staffSecondFactor(code) {
  const answer = await request({
    method: 'POST',
    path: '/sessions/staff/second-factor',
    data: { code },
    auth: 'staff',
  });
  const had = staff();
  store.set('staff', { token: answer.token, login: had ? had.login : '', complete: true });
}

/** End the staff sign-in on this phone; the server's own end follows when it can be reached. */
async function staffSignOut() {
  const had = staff();
  if (!had) return;
  const me = await request({ path: '/me', auth: 'staff' }).catch(() => null);
  if (me) await request({ method: 'DELETE', path: `/me/sessions/${me.session}`, auth: 'staff' }).catch(() => null);
  store.remove('staff');
}

setKeeper({
  async token(auth) {
    if (auth === 'phone') return (await ensureSeen()).token;
    const had = auth === 'staff' ? staff() : kept();
    if (!had && auth === 'staff') throw new ApiError(STAFF_ENDED, 'staff.ended', { status: 401 });
    return had ? had.token : '';
  },

  async renew(auth, used) {
    if (auth === 'staff') {
      store.remove('staff');
      throw new ApiError(STAFF_ENDED, 'staff.ended', { status: 401 });
    }
    const had = kept();
    if (had && had.token !== used) return had.token;
    forget();
    return auth === 'known' ? '' : (await signInOnce()).token;
  },
});

module.exports = {
  ensurePhone,
  current,
  forget,
  bindWithSlip,
  bindWithPhone,
  unbind,
  keptAbout,
  leave,
  staff,
  staffSignIn,
  staffSecondFactor,
  staffSignOut,
};
