/**
 * The only door to the server: address, token, time limit, waiting line, retries, sentences.
 * Nothing here signs anybody in by itself: `auth: 'none'` (the default) never does.
 */

const clock = require('./clock.js');
const config = require('./config.js');
const { ApiError, SENTENCES, BY_STATUS } = require('./errors.js');

/**
 * How a call proves who asks. `none`: nobody. `known`: as whom the phone is signed in, if it is.
 * `phone`: as this WeChat person, signing in silently if need be. `staff`: as staff signed in here.
 * @typedef {'none'|'known'|'phone'|'staff'} Auth
 */

/**
 * One call. `path` begins behind `/api/v1`; `key` is the Idempotency-Key of a write: make it once
 * per intention (`newKey()`), keep it with the draft, and send the same one again after a failure.
 * `retries` sends the same request again after a lost or busy answer, 1, 2, 4 … seconds later.
 * @typedef {{method?: 'GET'|'POST'|'PUT'|'DELETE', path: string, data?: any, key?: string,
 *   auth?: Auth, timeout?: number, retries?: number}} Call
 */

/**
 * Who holds the tokens; `utils/session.js` registers itself here.
 * @typedef {{token(auth: Auth): Promise<string>, renew(auth: Auth, used: string): Promise<string>}} Keeper
 */

/** @typedef {{statusCode: number, data: any, header: Record<string, string>}} Answer */

const TIMEOUT = 10 * 1000;
const UPLOAD_TIMEOUT = 60 * 1000;
/** WeChat runs ten requests at once and fails or delays the rest, depending on its version. */
const AT_ONCE = 10;
const LONGEST_WAIT = 20;

/** @type {Keeper} */
let keeper = { token: () => Promise.resolve(''), renew: () => Promise.resolve('') };
let running = 0;
/** @type {Array<() => void>} */
const line = [];

/** @param {Keeper} given */
function setKeeper(given) {
  keeper = given;
}

/**
 * Return a new Idempotency-Key: 32 hexadecimal digits.
 * @returns {string}
 */
function newKey() {
  let key = clock.now().toString(16);
  while (key.length < 32) key += Math.floor(Math.random() * 16).toString(16);
  return key;
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Let the next one in the line go. */
function leave() {
  running -= 1;
  const next = line.shift();
  if (next) next();
}

/**
 * Run at most ten at once; the others wait in order.
 * @template T
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
async function inLine(act) {
  if (running >= AT_ONCE) await new Promise((resolve) => line.push(() => resolve(undefined)));
  running += 1;
  try {
    return await act();
  } finally {
    leave();
  }
}

/**
 * Return the value of a header whatever its case.
 * @param {Record<string, string> | undefined} headers
 * @param {string} name lower case
 */
function headerOf(headers, name) {
  const found = Object.keys(headers || {}).filter((each) => each.toLowerCase() === name)[0];
  return found && headers ? String(headers[found]) : '';
}

/**
 * Return what to say when no answer came.
 * @param {string} said WeChat's errMsg
 */
function lost(said) {
  if (/domain list|url not in/i.test(said)) return new ApiError(SENTENCES.domain, 'net.domain');
  if (/time.?out/i.test(said)) return new ApiError(SENTENCES.timeout, 'net.timeout', { offline: true });
  return new ApiError(SENTENCES.none, 'net.none', { offline: true });
}

/**
 * Return how many seconds the server asks to wait, 0 when it does not say.
 * @param {Answer} answer
 */
function waitOf(answer) {
  const seconds = Number(headerOf(answer.header, 'retry-after'));
  return seconds > 0 ? Math.ceil(seconds) : 0;
}

/**
 * Return the sentence for a refusal: the server's own, else one for its status.
 * @param {Answer} answer
 * @param {any} problem
 */
function sentenceOf(answer, problem) {
  if (typeof problem.title === 'string' && /[\u4e00-\u9fff]/.test(problem.title)) return problem.title;
  if (answer.statusCode === 429) {
    const wait = waitOf(answer);
    return wait ? `操作太频繁了，请过 ${wait} 秒再试` : '操作太频繁了，请过一会儿再试';
  }
  if (answer.statusCode >= 500) return SENTENCES.server;
  return BY_STATUS[answer.statusCode] || SENTENCES.other;
}

/**
 * Return a refusal as an error.
 * @param {Answer} answer
 */
function refusal(answer) {
  const problem = answer.data && typeof answer.data === 'object' ? answer.data : {};
  return new ApiError(sentenceOf(answer, problem), problem.code || `http.${answer.statusCode}`, {
    status: answer.statusCode,
    fields: problem.fields,
    offline: answer.statusCode === 502 || answer.statusCode === 503 || answer.statusCode === 504,
    retryAfter: waitOf(answer),
  });
}

/**
 * Return the body of a good answer.
 * @param {Answer} answer
 */
function bodyOf(answer) {
  clock.learn(headerOf(answer.header, 'date'));
  if (answer.statusCode < 200 || answer.statusCode > 299) throw refusal(answer);
  if (answer.statusCode === 204 || !answer.data) return null;
  if (typeof answer.data === 'string') {
    throw new ApiError(SENTENCES.strange, 'net.strange', { offline: true });
  }
  return answer.data;
}

/**
 * @param {string} token
 * @param {string | undefined} key
 */
function headersOf(token, key) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers['Idempotency-Key'] = key;
  return headers;
}

/**
 * Send once.
 * @param {Call} call
 * @param {string} token
 * @returns {Promise<any>}
 */
function send(call, token) {
  return inLine(
    () =>
      new Promise((resolve, reject) => {
        wx.request({
          url: config.base() + config.API + call.path,
          method: call.method || 'GET',
          data: call.data,
          header: Object.assign({ 'content-type': 'application/json' }, headersOf(token, call.key)),
          timeout: call.timeout || TIMEOUT,
          success: resolve,
          fail: (error) => reject(lost(error.errMsg || '')),
        });
      }),
  ).then(bodyOf);
}

/**
 * Send with a token; a token that is no longer good is renewed and the call replayed once.
 * @param {Auth} auth
 * @param {(token: string) => Promise<any>} act
 */
async function withToken(auth, act) {
  const token = auth === 'none' ? '' : await keeper.token(auth);
  try {
    return await act(token);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401 || auth === 'none' || !token) throw error;
    return act(await keeper.renew(auth, token));
  }
}

/**
 * Tell whether the same try may succeed a little later.
 * @param {unknown} error
 */
function mayPass(error) {
  return error instanceof ApiError && (error.offline || error.status >= 500) && error.code !== 'net.domain';
}

/**
 * Call the server.
 *
 * @param {Call} call
 * @returns {Promise<any>} the JSON body, null for an empty one
 * @throws {ApiError} with the sentence to show
 */
async function request(call) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await withToken(call.auth || 'none', (token) => send(call, token));
    } catch (error) {
      if (attempt >= (call.retries || 0) || !mayPass(error)) throw error;
      const asked = error instanceof ApiError ? error.retryAfter : 0;
      await pause(Math.min(asked || Math.pow(2, attempt), LONGEST_WAIT) * 1000);
    }
  }
}

/**
 * @param {string} text
 * @returns {any}
 */
function readJson(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return text;
  }
}

/**
 * Send one file as the form's part `photo`.
 *
 * @param {string} path behind `/api/v1`
 * @param {string} filePath on the phone
 * @param {string} key Idempotency-Key
 * @param {Auth} [auth] `phone` when left out
 * @returns {Promise<any>}
 * @throws {ApiError}
 */
function upload(path, filePath, key, auth) {
  /** @param {string} token @returns {Promise<any>} */
  const act = (token) =>
    inLine(
      () =>
        new Promise((resolve, reject) => {
          wx.uploadFile({
            url: config.base() + config.API + path,
            filePath,
            name: 'photo',
            header: headersOf(token, key),
            timeout: UPLOAD_TIMEOUT,
            success: (answer) => {
              const given = /** @type {any} */ (answer);
              resolve({ statusCode: given.statusCode, data: readJson(given.data), header: given.header || {} });
            },
            fail: (error) => reject(lost(error.errMsg || '')),
          });
        }),
    ).then(bodyOf);
  return withToken(auth || 'phone', act);
}

module.exports = { request, upload, newKey, setKeeper };
