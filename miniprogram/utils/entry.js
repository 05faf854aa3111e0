/** From what opened the mini-program to what it should show; from web paths to our pages. */

const config = require('./config.js');
const { normaliseCode, normaliseId } = require('./words.js');

/**
 * What was asked for. `none`: nothing, show the field for a code. `foreign`: a link of somebody
 * else. `broken`: ours, but half of it is missing; `code` then holds what is left of it.
 * @typedef {{kind: 'brick'|'wall'|'chain'|'none'|'foreign'|'broken', code: string}} Entry
 */

/** WeChat's own limit for the scene of a 小程序码. */
const MAX_SCENE = 32;
const LINK = /^(https?):\/\/([^/?#\s]+)(\/[^?#\s]*)?(?:[?#]\S*)?$/i;
const PATH = /^\/(q|w|c)\/([^/]*)\/?$/;
const WALL = /^[\w.-]{1,40}$/;
const KINDS = /** @type {const} */ ({ q: 'brick', w: 'wall', c: 'chain' });

/**
 * Decode once, as WeChat encodes once; a broken escape stays as it is.
 * @param {string} text
 */
function decodeOnce(text) {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    return text;
  }
}

/**
 * @param {string} path
 * @returns {Entry}
 */
function fromPath(path) {
  if (path === '' || path === '/') return { kind: 'none', code: '' };
  const found = PATH.exec(path);
  if (!found) return { kind: 'broken', code: '' };
  const kind = KINDS[/** @type {'q'|'w'|'c'} */ (found[1])];
  const raw = decodeOnce(found[2]);
  if (kind === 'wall') return WALL.test(raw) ? { kind, code: raw } : { kind: 'broken', code: '' };
  const code = kind === 'brick' ? normaliseCode(raw) : normaliseId(raw);
  return code ? { kind, code } : { kind: 'broken', code: raw.slice(0, 40) };
}

/**
 * Read a whole link, as printed on a brick or found by scanning.
 * @param {string} link
 * @returns {Entry}
 */
function parseLink(link) {
  const found = LINK.exec(link.trim());
  if (!found) {
    const code = normaliseCode(link);
    return code ? { kind: 'brick', code } : { kind: 'foreign', code: '' };
  }
  if (!config.isOurs(found[2].toLowerCase())) return { kind: 'foreign', code: '' };
  return fromPath(found[3] || '/');
}

/**
 * Read the scene of a 小程序码: a brick's code, or `w=`/`c=` and the code of a wall or a commitment.
 * @param {string} scene
 * @returns {Entry}
 */
function parseScene(scene) {
  if (scene.length > MAX_SCENE) return { kind: 'broken', code: '' };
  const found = /^([qwc])=(.+)$/.exec(scene);
  return fromPath(found ? `/${found[1]}/${found[2]}` : `/q/${scene}`);
}

/**
 * Return what a page was opened with.
 *
 * @param {Record<string, string | undefined>} options of `onLoad`: `q` (the printed link, encoded
 *   once), `scene` (of a 小程序码), or `id` with an optional `kind`.
 * @returns {Entry}
 */
function parseEntry(options) {
  if (options.q) return parseLink(decodeOnce(options.q));
  if (options.scene) return parseScene(decodeOnce(options.scene));
  if (options.id) {
    const letter = options.kind === 'wall' ? 'w' : options.kind === 'chain' ? 'c' : 'q';
    return fromPath(`/${letter}/${options.id}`);
  }
  return { kind: 'none', code: '' };
}

/**
 * Return the page that shows an entry, or `''` when there is none.
 * @param {Entry} entry
 * @returns {string}
 */
function pageOf(entry) {
  if (entry.kind !== 'brick' && entry.kind !== 'wall' && entry.kind !== 'chain') return '';
  return `/pages/${entry.kind}/${entry.kind}?id=${encodeURIComponent(entry.code)}`;
}

/** @type {Record<string, string>} */
const PLAIN = {
  '/': '/pages/wall/wall',
  '/code': '/pages/scan/scan',
  '/r': '/pages/receipts/receipts',
  '/rules': '/pages/rules/rules',
  '/inbox': '/pages/inbox/inbox',
  '/my': '/member/mine/mine',
  '/my/inbox': '/pages/inbox/inbox',
  '/activate': '/member/bind/bind',
};

/**
 * Return our page for a web path (`/q/7k3m9qx2`, `/feedback?about=…`), or `''` when it has none.
 * @param {string} webPath
 * @returns {string}
 */
function toPage(webPath) {
  const parts = webPath.split('#')[0].split('?');
  const path = parts[0];
  const query = parts[1] || '';
  if (PLAIN[path]) return PLAIN[path];
  if (path === '/feedback' || path === '/feedback/answer') {
    const mode = path === '/feedback' ? query : 'answer=1';
    return `/pages/feedback/feedback${mode ? `?${mode}` : ''}`;
  }
  const mine = /^\/my\/commitments\/([0-9a-z]{12})$/.exec(path);
  if (mine) return `/member/commitment/commitment?id=${mine[1]}`;
  return pageOf(fromPath(path));
}

module.exports = { parseEntry, parseLink, pageOf, toPage };
