#!/usr/bin/env node
/**
 * Prepares the mini-program for one site, and uploads or previews it with WeChat's miniprogram-ci.
 *
 *     upload.mjs prepare FOLDER               only writes the prepared copy, for WeChat DevTools
 *     upload.mjs preview PICTURE              a development version, its QR code into PICTURE (.jpg)
 *     upload.mjs upload VERSION DESCRIPTION   a version for trial and review
 *
 * Environment: BRICKWALL_BASE_URL (https), BRICKWALL_WECHAT_APPID, and, but for `prepare`,
 * BRICKWALL_WECHAT_UPLOAD_KEY: path of the upload key file, which is read and never copied.
 * The repository is not changed: the site's address and the appid go into a copy.
 * See docs/guides/wechat.md.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'miniprogram');
const PLACEHOLDER = 'https://site.example';
const MAX_MAIN_PACKAGE = 1024 * 1024;

/** A refusal that is told in one sentence. */
class Refused extends Error {}

/** @param {string} name @param {RegExp} shape @param {string} hint @returns {string} */
function setting(name, shape, hint) {
  const value = (process.env[name] || '').trim().replace(/\/+$/, '');
  if (!shape.test(value)) throw new Refused(`${name} ${value ? '不对' : '没有填'}：${hint}`);
  return value;
}

/** @param {string} file @param {(text: string) => string} change */
function edit(file, change) {
  fs.writeFileSync(file, change(fs.readFileSync(file, 'utf8')));
}

/** @param {string} folder @returns {number} bytes of everything in it */
function sizeOf(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .map((entry) => path.join(folder, entry.name))
    .reduce((sum, file) => sum + (fs.statSync(file).isDirectory() ? sizeOf(file) : fs.statSync(file).size), 0);
}

/** @param {string} folder @returns {number} bytes of what is not in a subpackage */
function mainPackageSize(folder) {
  const app = JSON.parse(fs.readFileSync(path.join(folder, 'app.json'), 'utf8'));
  const parts = app.subPackages.map((/** @type {{root: string}} */ each) => sizeOf(path.join(folder, each.root)));
  return sizeOf(folder) - parts.reduce((/** @type {number} */ sum, /** @type {number} */ size) => sum + size, 0);
}

/**
 * Write a copy that knows its site.
 * @param {string} folder
 * @returns {{folder: string, appid: string}}
 */
function prepare(folder) {
  const site = setting('BRICKWALL_BASE_URL', /^https:\/\/[^/\s]+$/, '要写 https:// 开头的域名，和砖上印的一样');
  const appid = setting('BRICKWALL_WECHAT_APPID', /^wx[0-9a-f]{16}$/, '小程序的 appid，wx 开头，共 18 位');
  if (fs.existsSync(folder) && fs.readdirSync(folder).length) throw new Refused(`${folder} 里已经有东西，请换一个空文件夹`);
  fs.cpSync(PROGRAM, folder, {
    recursive: true,
    filter: (file) => !/README\.md$|project\.private\.config\.json$/.test(file),
  });
  edit(path.join(folder, 'utils', 'config.js'), (text) => {
    if (!text.includes(PLACEHOLDER)) throw new Refused('utils/config.js 里没有找到要换的地址，请看 docs/guides/wechat.md');
    return text.replaceAll(PLACEHOLDER, site);
  });
  edit(path.join(folder, 'project.config.json'), (text) => text.replace('touristappid', appid));
  const size = mainPackageSize(folder);
  if (size > MAX_MAIN_PACKAGE) throw new Refused(`主包 ${Math.ceil(size / 1024)} KB，超过 1 MB，不能上传`);
  console.log(`准备好了：${site}，主包 ${Math.ceil(size / 1024)} KB`);
  return { folder, appid };
}

/** @returns {Promise<any>} WeChat's module, which is not installed by default */
async function loadCi() {
  try {
    return (await import('miniprogram-ci')).default;
  } catch {
    throw new Refused('还没有装 miniprogram-ci。请在 deploy/miniprogram 里运行 npm install');
  }
}

/**
 * @param {(ci: any, project: any, setting: object) => Promise<unknown>} act
 */
async function withProject(act) {
  const key = setting('BRICKWALL_WECHAT_UPLOAD_KEY', /./, '上传密钥文件的路径');
  if (!fs.existsSync(key)) throw new Refused('BRICKWALL_WECHAT_UPLOAD_KEY 指的文件不存在');
  const ci = await loadCi();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'brickwall-miniprogram-'));
  try {
    const { appid } = prepare(folder);
    const project = new ci.Project({ appid, type: 'miniProgram', projectPath: folder, privateKeyPath: key });
    await act(ci, project, { es6: true, enhance: true, minify: true, autoPrefixWXSS: true });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function main() {
  const [verb, first, second] = process.argv.slice(2);
  if (verb === 'prepare' && first) {
    prepare(path.resolve(first));
  } else if (verb === 'preview' && first) {
    const qrcodeOutputDest = path.resolve(first);
    await withProject((ci, project, setting) =>
      ci.preview({ project, desc: '预览', setting, qrcodeFormat: 'image', qrcodeOutputDest }),
    );
    console.log(`预览码在 ${qrcodeOutputDest}，25 分钟内有效`);
  } else if (verb === 'upload' && first && second && /^\d+\.\d+\.\d+$/.test(first)) {
    await withProject((ci, project, setting) => ci.upload({ project, version: first, desc: second, setting }));
    console.log(`版本 ${first} 传上去了，请到公众平台“版本管理”里设为体验版`);
  } else {
    throw new Refused('用法：upload.mjs prepare 文件夹 | preview 图片.jpg | upload 1.0.0 "说明"');
  }
}

main().catch((error) => {
  // miniprogram-ci's own errors may carry the project, never the key; people get the sentence.
  console.error(error instanceof Refused ? error.message : `没有成功：${error.message}`);
  process.exitCode = 1;
});
