/** Camera, album, scanner, pictures and the clipboard. */
import { fromBase64 } from '../units.js';
import { callable, noted } from './call.js';
import { fileAddress, fileAt, makeTemporary } from './files.js';

/** @param {string} path @returns {Promise<HTMLImageElement>} */
function loadPicture(path) {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    picture.onload = () => resolve(picture);
    picture.onerror = () => reject({ errMsg: 'fail invalid image' });
    picture.src = path.startsWith('wxfile:') ? fileAddress(path) : path;
  });
}

/** @param {{ data: string, type: string }} taken @returns {Promise<any>} one entry of tempFiles */
async function place(taken) {
  const bytes = fromBase64(taken.data);
  const tempFilePath = makeTemporary(bytes, taken.type);
  const size = { width: 0, height: 0 };
  const picture = await loadPicture(tempFilePath).catch(() => null);
  if (picture) Object.assign(size, { width: picture.naturalWidth, height: picture.naturalHeight });
  return { tempFilePath, size: bytes.length, fileType: 'image', duration: 0, thumbTempFilePath: '', ...size };
}

/** @param {any} options @param {any} scripted files of the test @returns {Promise<any[]>} */
function take(options, scripted) {
  if (!scripted) throw { errMsg: 'fail cancel' };
  return Promise.all(scripted.files.slice(0, options.count ?? 9).map(place));
}

/** @param {any} options as of wx.compressImage */
async function compress({ src, quality = 80, compressedWidth, compressedHeight }) {
  const picture = await loadPicture(src);
  const canvas = document.createElement('canvas');
  const scale = compressedWidth ? compressedWidth / picture.naturalWidth : (compressedHeight ?? picture.naturalHeight) / picture.naturalHeight;
  canvas.width = Math.round(picture.naturalWidth * scale);
  canvas.height = Math.round(picture.naturalHeight * scale);
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality / 100));
  return { tempFilePath: makeTemporary(new Uint8Array(await /** @type {Blob} */ (blob).arrayBuffer()), 'image/jpeg') };
}

/** @param {any} options as of wx.getImageInfo */
async function imageInfo({ src }) {
  const picture = await loadPicture(src);
  const type = src.startsWith('wxfile:') ? fileAt(src).type.split('/')[1] : 'png';
  return { width: picture.naturalWidth, height: picture.naturalHeight, path: src, orientation: 'up', type };
}

let clipboard = '';

export const media = {
  chooseMedia: callable('chooseMedia', async (options, scripted) => ({ type: 'image', tempFiles: await take(options, scripted) }), {
    guarded: true,
  }),
  chooseImage: callable(
    'chooseImage',
    async (options, scripted) => {
      const tempFiles = await take(options, scripted);
      return {
        tempFilePaths: tempFiles.map((one) => one.tempFilePath),
        tempFiles: tempFiles.map((one) => ({ path: one.tempFilePath, size: one.size })),
      };
    },
    { guarded: true },
  ),
  compressImage: callable('compressImage', compress),
  getImageInfo: callable('getImageInfo', imageInfo),
  previewImage: noted('previewImage'),
  previewMedia: noted('previewMedia'),
  saveImageToPhotosAlbum: callable('saveImageToPhotosAlbum', () => ({}), { guarded: true }),
  scanCode: callable('scanCode', (_, scripted) => {
    if (!scripted) throw { errMsg: 'fail cancel' };
    return { scanType: 'QR_CODE', charSet: 'utf-8', path: '', ...scripted };
  }),
  setClipboardData: callable(
    'setClipboardData',
    (options) => {
      clipboard = String(options.data);
      return { data: clipboard };
    },
    { guarded: true },
  ),
  getClipboardData: callable('getClipboardData', () => ({ data: clipboard }), { guarded: true }),
};
