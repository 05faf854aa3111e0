/** `wx.request` and `wx.uploadFile`, by fetch, to the server the page came from. */
import { complain, phone, record } from '../record.js';
import { fileAt, makeTemporary } from './files.js';
import { callable } from './call.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'];
const MOST_AT_ONCE = 10;
let running = 0;

/** @param {string} url @returns {string} the address on our server @throws for a host outside the list */
function ours(url) {
  const { origin, pathname, search } = new URL(url, 'invalid://');
  if (origin !== phone.home && origin !== location.origin) {
    complain(`asked ${url}: not in the domain list`);
    throw { errMsg: 'fail url not in domain list', errno: 600002 };
  }
  return location.origin + pathname + search;
}

/** @param {Record<string, any>} header @returns {Record<string, string>} with lower-case names */
function lowered(header) {
  const pairs = Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return Object.fromEntries(pairs);
}

/** @param {any} data @param {string} type content type @returns {any} body */
function encode(data, type) {
  if (typeof data === 'string' || data instanceof ArrayBuffer) return data;
  return type.includes('urlencoded') ? new URLSearchParams(data).toString() : JSON.stringify(data);
}

/** @param {string} url @param {any} data @returns {string} */
function withQuery(url, data) {
  const query = new URLSearchParams(data).toString();
  return query ? `${url}${url.includes('?') ? '&' : '?'}${query}` : url;
}

/**
 * @param {string} method @param {string} url @param {Record<string, string>} headers @param {any} body
 * @returns {import('../types').RequestRecord}
 */
function note(method, url, headers, body) {
  const { pathname, search } = new URL(url);
  const text = typeof body === 'string' ? body : null;
  const key = headers['idempotency-key'] ?? null;
  const signed_in = Boolean(headers.authorization);
  const entry = { method, path: pathname + search, status: null, key, body: text, signed_in };
  record.requests.push(entry);
  return entry;
}

/**
 * @param {string} method @param {string} url @param {Record<string, string>} headers @param {any} body
 * @param {AbortController} control @param {number} timeout milliseconds
 * @returns {Promise<Response>} @throws {{errMsg: string}} as WeChat
 */
async function send(method, url, headers, body, control, timeout) {
  const entry = note(method, url, headers, body);
  running += 1;
  if (running > MOST_AT_ONCE) complain(`more than ${MOST_AT_ONCE} requests at once`);
  const timer = setTimeout(() => control.abort('timeout'), timeout);
  try {
    const options = /** @type {RequestInit} */ ({ method, headers, body, signal: control.signal, credentials: 'omit', cache: 'no-store' });
    const response = await fetch(url, options);
    // The answer is here only when its last byte is.
    const whole = new Response(await response.arrayBuffer().then((bytes) => (bytes.byteLength ? bytes : null)), response);
    entry.status = response.status;
    return whole;
  } catch (error) {
    const reason = control.signal.reason;
    throw { errMsg: control.signal.aborted ? `fail ${reason}` : 'fail net::ERR_FAILED', errno: reason === 'timeout' ? 5 : 600001 };
  } finally {
    clearTimeout(timer);
    running -= 1;
  }
}

/** @param {Response} response @param {any} options @returns {Promise<any>} */
async function decode(response, options) {
  if (options.responseType === 'arraybuffer') return response.arrayBuffer();
  const text = await response.text();
  if ((options.dataType ?? 'json') !== 'json') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @param {any} options @param {AbortController} control */
async function request(options, control) {
  const method = (options.method ?? 'GET').toUpperCase();
  if (!METHODS.includes(method)) {
    complain(`wx.request knows no ${method}`);
    throw { errMsg: 'fail method is invalid' };
  }
  const headers = { 'content-type': 'application/json', ...lowered(options.header) };
  const given = options.data !== undefined && options.data !== null;
  const bodiless = method === 'GET' || method === 'HEAD';
  const url = given && bodiless ? withQuery(ours(options.url), options.data) : ours(options.url);
  const body = given && !bodiless ? encode(options.data, headers['content-type']) : undefined;
  const response = await send(method, url, headers, body, control, options.timeout ?? 60_000);
  const data = await decode(response, options);
  return { statusCode: response.status, data, header: Object.fromEntries(response.headers), cookies: [] };
}

/** @param {any} options @param {AbortController} control */
async function upload(options, control) {
  const file = fileAt(options.filePath);
  const form = new FormData();
  for (const [name, value] of Object.entries(options.formData ?? {})) form.append(name, String(value));
  form.append(options.name, new Blob([file.bytes], { type: file.type }), options.filePath.split('/').pop());
  const headers = lowered(options.header);
  delete headers['content-type'];
  const response = await send('POST', ours(options.url), headers, form, control, options.timeout ?? 60_000);
  return { statusCode: response.status, data: await response.text() };
}

/**
 * @param {string} name
 * @param {(options: any, control: AbortController) => Promise<any>} run
 * @returns {(options: any) => any} like WeChat: a task, never a promise
 */
function tasked(name, run) {
  return (options) => {
    const control = new AbortController();
    const call = callable(name, (given) => run(given, control));
    call({ ...options, complete: options.complete ?? (() => {}) });
    const nothing = () => {};
    const none = { onHeadersReceived: nothing, offHeadersReceived: nothing, onProgressUpdate: nothing, offProgressUpdate: nothing };
    return { ...none, abort: () => control.abort('abort') };
  };
}

/** @param {any} options @param {AbortController} control */
async function download(options, control) {
  const response = await send('GET', ours(options.url), lowered(options.header), undefined, control, options.timeout ?? 60_000);
  const type = response.headers.get('content-type') ?? '';
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { statusCode: response.status, tempFilePath: makeTemporary(bytes, type.split(';')[0]) };
}

export const network = {
  request: tasked('request', request),
  uploadFile: tasked('uploadFile', upload),
  downloadFile: tasked('downloadFile', download),
};
