/**
 * The phone's files. Temporary ones (`wxfile://tmp_…`) end with the program; saved ones
 * (`wxfile://store_…`) and the program's own (`wxfile://usr/…`) stay, in IndexedDB.
 */
import { phone } from '../record.js';
import { fromBase64, toBase64 } from '../units.js';
import { callable } from './call.js';

export const USER_DATA_PATH = 'wxfile://usr';
const MAX_SAVED = 200 * 1024 * 1024;

/** @typedef {{ bytes: Uint8Array<ArrayBuffer>, type: string, time: number }} File_ */

/** @type {Map<string, File_>} */
const files = new Map();
/** @type {IDBDatabase} */
let database;
/** @type {Promise<unknown>} */
let written = Promise.resolve();
let counter = 0;

/** @param {string} path @returns {boolean} whether it outlives the program */
const isKept = (path) => path.startsWith('wxfile://store_') || path.startsWith(`${USER_DATA_PATH}/`);

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Reads the kept files, so that the synchronous calls can answer. */
export async function openFiles() {
  const opening = indexedDB.open('files', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('files');
  database = await done(opening);
  const store = database.transaction('files').objectStore('files');
  const [paths, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
  paths.forEach((path, at) => files.set(String(path), values[at]));
}

/** @returns {Promise<unknown>} resolves when everything is on disk */
export const filesWritten = () => written;

/** @param {string} path @param {File_ | null} file null removes it */
function keep(path, file) {
  const store = database.transaction('files', 'readwrite').objectStore('files');
  const step = file ? done(store.put(file, path)) : done(store.delete(path));
  written = Promise.all([written, step]);
}

/** @param {string} path @param {Uint8Array<ArrayBuffer>} bytes @param {string} type */
function put(path, bytes, type) {
  const saved = [...files].filter(([name]) => isKept(name)).reduce((sum, [, file]) => sum + file.bytes.length, 0);
  const full = phone.storageFull || saved + bytes.length > MAX_SAVED;
  if (isKept(path) && full) throw new Error('fail the maximum size of the file storage limit is exceeded');
  const file = { bytes, type, time: Date.now() };
  files.set(path, file);
  if (isKept(path)) keep(path, file);
}

/** @param {string} path @returns {File_} @throws {Error} for a missing file */
export function fileAt(path) {
  const file = files.get(path);
  if (!file) throw new Error(`fail no such file or directory ${path}`);
  return file;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes @param {string} type media type
 * @returns {string} path of a new temporary file
 */
export function makeTemporary(bytes, type) {
  const path = `wxfile://tmp_${Date.now()}_${(counter += 1)}.${type.split('/')[1]?.replace('jpeg', 'jpg') || 'bin'}`;
  put(path, bytes, type);
  return path;
}

/** @param {string} path @returns {string} an address Chromium can show */
export function fileAddress(path) {
  const file = files.get(path);
  return file ? URL.createObjectURL(new Blob([file.bytes], { type: file.type })) : `missing:${path}`;
}

/** @param {string} path */
function unlink(path) {
  fileAt(path);
  files.delete(path);
  if (isKept(path)) keep(path, null);
}

/** @param {string} from @param {string} [to] @returns {string} the path of the saved file */
function save(from, to) {
  const { bytes, type } = fileAt(from);
  const target = to || from.replace(/^.*\/tmp_/, 'wxfile://store_');
  put(target, bytes, type);
  if (from.startsWith('wxfile://tmp_')) files.delete(from);
  return target;
}

/** @param {string} path @param {any} data @param {string} [encoding] */
function write(path, data, encoding = 'utf8') {
  if (!path.startsWith(`${USER_DATA_PATH}/`)) throw new Error(`fail permission denied, open ${path}`);
  const text = typeof data === 'string';
  const bytes = text ? (encoding === 'base64' ? fromBase64(data) : new TextEncoder().encode(data)) : new Uint8Array(data);
  put(path, /** @type {Uint8Array<ArrayBuffer>} */ (bytes), 'application/octet-stream');
}

/** @param {string} path @param {string} [encoding] @returns {string | ArrayBuffer} */
function read(path, encoding) {
  const { bytes } = fileAt(path);
  if (!encoding) return bytes.slice().buffer;
  return encoding === 'base64' ? toBase64(bytes) : new TextDecoder(encoding === 'utf-8' ? 'utf8' : encoding).decode(bytes);
}

/** @param {string} path */
const stat = (path) => {
  const file = fileAt(path);
  return { size: file.bytes.length, lastModifiedTime: Math.floor(file.time / 1000), isFile: () => true, isDirectory: () => false };
};

const savedList = () => {
  const saved = [...files].filter(([path]) => path.startsWith('wxfile://store_'));
  return saved.map(([filePath, file]) => ({ filePath, size: file.bytes.length, createTime: Math.floor(file.time / 1000) }));
};

/** @returns {Record<string, number>} kept files, path → size, for the test */
export const filesSnapshot = () =>
  Object.fromEntries([...files].filter(([path]) => isKept(path)).map(([path, file]) => [path, file.bytes.length]));

const manager = {
  saveFile: callable('saveFile', (o) => ({ savedFilePath: save(o.tempFilePath, o.filePath) })),
  saveFileSync: save,
  unlink: callable('unlink', (o) => unlink(o.filePath)),
  unlinkSync: unlink,
  removeSavedFile: callable('removeSavedFile', (o) => unlink(o.filePath)),
  getSavedFileList: callable('getSavedFileList', () => ({ fileList: savedList() })),
  getFileInfo: callable('getFileInfo', (o) => ({ size: fileAt(o.filePath).bytes.length })),
  access: callable('access', (o) => void fileAt(o.path)),
  accessSync: (/** @type {string} */ path) => void fileAt(path),
  stat: callable('stat', (o) => ({ stats: stat(o.path) })),
  statSync: stat,
  readFile: callable('readFile', (o) => ({ data: read(o.filePath, o.encoding) })),
  readFileSync: read,
  writeFile: callable('writeFile', (o) => write(o.filePath, o.data, o.encoding)),
  writeFileSync: write,
  copyFile: callable('copyFile', (o) => put(o.destPath, fileAt(o.srcPath).bytes, fileAt(o.srcPath).type)),
};

export const fileManager = () => manager;
