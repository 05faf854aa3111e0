/**
 * Notes of members that wait for the network. They survive the app being killed, go out in order,
 * one flush at a time; each photo is uploaded once, and the note arrives once (Idempotency-Key).
 */

const clock = require('./clock.js');
const { ApiError, toApiError } = require('./errors.js');
const { newKey, request, upload } = require('./request.js');
const session = require('./session.js');
const store = require('./store.js');

/**
 * A photo of a note: where it lies on the phone, and its id once the server has it.
 * @typedef {{path: string, key: string, id: string}} Photo
 */

/**
 * One note. `state`: `waiting` goes out by itself; `refused` waits for the person, `problem` says why.
 * @typedef {{id: string, key: string, commitment: string, title: string, text: string,
 *   amount: number | null, happened_on: string, photos: Photo[], state: 'waiting'|'refused',
 *   problem: string, at: number, tried: number, auth: 'phone'|'staff', who: string,
 *   source: 'phone'|'meeting'|'visit', renewed: boolean}} Note
 *
 * `who` wrote it and `auth` says as what: a note goes out under the same person's sign-in only, so
 * that a phone that changed hands sends nothing in another's name. `renewed` says that its photos
 * had to be sent anew.
 */

/** The server keeps its answers to a key for two days; a later repeat could count twice. */
const SAFE_TO_REPEAT = 46 * 3600 * 1000;
const UNSURE = '这条可能已经送到了。请先看看“全过程”里有没有，没有再点“重新送”';
const KEEP = 'queue.';

/** @type {Array<() => void>} */
const listeners = [];
/** @type {Promise<void> | null} */
let flushing = null;

/**
 * Return who would send a note just now, or `''` when he is not signed in.
 * @param {'phone'|'staff'} auth
 * @returns {string}
 */
function sender(auth) {
  const staff = session.staff();
  if (auth === 'staff') return staff && staff.complete ? staff.login : '';
  const member = session.current().member;
  return member ? member.id || member.name : '';
}

/** @returns {string[]} ids in the order they were written */
function order() {
  return store.get('queue', /** @type {string[]} */ ([]));
}

/** @returns {Note[]} oldest first */
function list() {
  return order()
    .map((id) => store.get(KEEP + id, /** @type {Note | null} */ (null)))
    .filter((note) => note !== null);
}

/** Tell every page that shows the queue. */
function changed() {
  listeners.slice().forEach((listener) => listener());
}

/**
 * Keep what became of a note, unless the person dropped it meanwhile.
 * @param {Note} note
 */
function save(note) {
  if (order().indexOf(note.id) < 0) return;
  store.set(KEEP + note.id, note);
  changed();
}

/**
 * Move a picture from WeChat's temporary place to one that stays.
 * @param {string} path
 * @returns {Promise<string>}
 */
function keepFile(path) {
  return new Promise((resolve, reject) => {
    wx.getFileSystemManager().saveFile({
      tempFilePath: path,
      success: (answer) => resolve(answer.savedFilePath),
      fail: () =>
        reject(
          new ApiError('手机存储空间满了，照片没有存下。可以去掉几张照片再记，照片可不传', 'phone.full'),
        ),
    });
  });
}

/** @param {string} path */
function dropFile(path) {
  wx.getFileSystemManager().removeSavedFile({ filePath: path, fail() {} });
}

/**
 * @param {string[]} paths
 * @returns {Promise<Photo[]>}
 */
async function keepPhotos(paths) {
  /** @type {Photo[]} */
  const kept = [];
  try {
    for (const path of paths) kept.push({ path: await keepFile(path), key: newKey(), id: '' });
    return kept;
  } catch (error) {
    kept.forEach((photo) => dropFile(photo.path));
    throw error;
  }
}

/**
 * Keep a note and send it as soon as there is network.
 *
 * @param {{commitment: string, title: string, text: string, amount?: number | null,
 *   happened_on?: string, photos?: string[], auth?: 'phone'|'staff',
 *   source?: 'phone'|'meeting'|'visit'}} draft `commitment` is its public id, `title` for the
 *   list of what waits, `photos` temporary paths of wx.chooseMedia; `auth` is `staff` when a clerk
 *   records on behalf
 * @returns {Promise<Note>}
 * @throws {ApiError} `phone.full`, `phone.too_long`: nothing was kept, the form stays as it is
 */
async function enqueueEntry(draft) {
  const photos = await keepPhotos(draft.photos || []);
  /** @type {Note} */
  const note = {
    id: newKey().slice(0, 16),
    key: newKey(),
    commitment: draft.commitment,
    title: draft.title,
    text: draft.text,
    amount: draft.amount === undefined ? null : draft.amount,
    happened_on: draft.happened_on || clock.today(),
    photos,
    state: 'waiting',
    problem: '',
    at: clock.now(),
    tried: 0,
    auth: draft.auth || 'phone',
    who: sender(draft.auth || 'phone'),
    source: draft.source || 'phone',
    renewed: false,
  };
  try {
    store.set(KEEP + note.id, note);
    store.set('queue', order().concat([note.id]));
  } catch (error) {
    store.remove(KEEP + note.id);
    photos.forEach((photo) => dropFile(photo.path));
    throw error;
  }
  changed();
  (flushing || Promise.resolve()).then(flush);
  return note;
}

/**
 * Forget a note and its photos: it arrived, or the person drops it.
 * @param {string} id
 */
function drop(id) {
  const note = store.get(KEEP + id, /** @type {Note | null} */ (null));
  // First what needs no room: on a full phone a note that arrived must not be sent again.
  store.remove(KEEP + id);
  if (note) note.photos.forEach((photo) => dropFile(photo.path));
  try {
    store.set(
      'queue',
      order().filter((each) => each !== id),
    );
  } catch (error) {
    // An id without its note is passed over, and goes with the next change.
  }
  changed();
}

/**
 * Send a refused note once more, with a new key: the person has looked and wants it.
 * @param {string} id
 */
function retry(id) {
  const note = store.get(KEEP + id, /** @type {Note | null} */ (null));
  if (!note) return;
  save(Object.assign({}, note, { state: 'waiting', problem: '', key: newKey(), tried: 0 }));
  flush();
}

/** @param {Note} note */
async function sendPhotos(note) {
  for (const photo of note.photos) {
    if (photo.id) continue;
    photo.id = (await upload('/uploads', photo.path, photo.key, note.auth)).id;
    save(note);
  }
}

/** @param {Note} note */
async function sendNote(note) {
  if (note.tried && clock.now() - note.tried > SAFE_TO_REPEAT) throw new ApiError(UNSURE, 'queue.unsure');
  await sendPhotos(note);
  if (!note.tried) {
    note.tried = clock.now();
    save(note);
  }
  const data = {
    text: note.text,
    amount: note.amount,
    happened_on: note.happened_on,
    photos: note.photos.map((photo) => photo.id),
    source: note.source,
  };
  await request({
    method: 'POST',
    path: `/commitments/${note.commitment}/entries`,
    data,
    key: note.key,
    auth: note.auth,
  });
}

/**
 * Send a note; photos that waited longer than the server keeps unused ones are sent anew, once.
 * @param {Note} note
 */
async function deliver(note) {
  try {
    await sendNote(note);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'photos.unknown' || note.renewed) throw error;
    note.photos.forEach((photo) => Object.assign(photo, { id: '', key: newKey() }));
    save(Object.assign(note, { renewed: true, key: newKey(), tried: 0 }));
    await sendNote(note);
  }
}

/**
 * Tell whether to stop and try the same later: no network, server busy.
 * @param {ApiError} error
 */
function isPassing(error) {
  return error.offline || error.status >= 500 || error.status === 429;
}

async function flushAll() {
  for (const note of list()) {
    if (note.state !== 'waiting' || note.who !== sender(note.auth)) continue;
    try {
      await deliver(note);
      drop(note.id);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status === 401) continue;
      if (isPassing(error)) return;
      save(Object.assign(note, { state: 'refused', problem: error.title }));
    }
  }
}

/**
 * Send what waits; one flush at a time. Does nothing without notes of somebody signed in.
 * @returns {Promise<void>} never rejects
 */
function flush() {
  if (flushing) return flushing;
  if (!list().some((note) => note.who === sender(note.auth))) return Promise.resolve();
  const ended = () => {
    flushing = null;
    changed();
  };
  flushing = flushAll().then(ended, ended);
  return flushing;
}

/**
 * Delete the photos of notes that are forgotten together with everything else on the phone.
 * @param {Note[]} notes as `list()` gave them before
 */
function forgetFiles(notes) {
  notes.forEach((note) => note.photos.forEach((photo) => dropFile(photo.path)));
  changed();
}

/** @returns {boolean} whether notes are going out just now */
function isFlushing() {
  return flushing !== null;
}

/**
 * Be told when the queue changes.
 * @param {() => void} listener
 * @returns {() => void} call it in `onUnload`
 */
function onChange(listener) {
  listeners.push(listener);
  return () => {
    const at = listeners.indexOf(listener);
    if (at >= 0) listeners.splice(at, 1);
  };
}

module.exports = { enqueueEntry, list, flush, isFlushing, drop, retry, forgetFiles, onChange };
