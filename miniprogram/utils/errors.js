/** What may go wrong, as one Chinese sentence with the next step. */

/**
 * A refusal that a person is told about.
 *
 * `title` is the sentence to show; `code` is stable for programs (`net.none`, `phone.full`, or the
 * server's own); `status` is the HTTP status, 0 without an answer; `fields` holds messages by field
 * name; `offline` says that nothing reached the server, so the same try may succeed later;
 * `retryAfter` is in seconds, 0 when the server named none.
 */
class ApiError extends Error {
  /**
   * @param {string} title
   * @param {string} code
   * @param {{status?: number, fields?: Record<string, string>, offline?: boolean, retryAfter?: number}} [more]
   */
  constructor(title, code, more) {
    super(title);
    const given = more || {};
    this.name = 'ApiError';
    this.title = title;
    this.code = code;
    this.status = given.status || 0;
    /** @type {Record<string, string>} */
    this.fields = given.fields || {};
    this.offline = Boolean(given.offline);
    this.retryAfter = given.retryAfter || 0;
  }
}

/** Sentences for answers that bring none of their own. */
const SENTENCES = Object.freeze({
  none: '没有连上网。请看看手机有没有信号，再试一次',
  timeout: '网络太慢，没有等到回答。请到信号好的地方再试一次',
  strange: '连上的网络没有通到这里（可能要先登录公共无线网）。请换一个网络再试',
  domain: '这个小程序还没有登记服务地址。请告诉支部，或用手机浏览器扫码',
  server: '系统正忙，没有办成。请过一会儿再试',
  other: '没有办成，请返回再试一次',
});

/** @type {Record<number, string>} */
const BY_STATUS = Object.freeze({
  401: '登录到期了，请重新登录',
  403: '您没有办这件事的权限，请找支部书记',
  404: '没有找到，可能已经撤下。请回到砖墙再看',
  409: '情况已经变了，请返回看看最新的，再决定',
  413: '照片或文字太大了，请减少后再试',
  422: '填写的内容有误，请改正后再交',
});

/**
 * Return any thrown thing as an ApiError.
 * @param {unknown} error
 * @returns {ApiError}
 */
function toApiError(error) {
  return error instanceof ApiError ? error : new ApiError(SENTENCES.other, 'internal');
}

module.exports = { ApiError, SENTENCES, BY_STATUS, toApiError };
