/** Starts the program on the phone that the harness described, and answers the harness. */
import { defineChoices } from './builtins/choices.js';
import { defineFields } from './builtins/fields.js';
import { definePlain } from './builtins/plain.js';
import { recall } from './memory.js';
import { pageLifetime, start } from './pages.js';
import { complain, listenForErrors, phone, program, record } from './record.js';
import { application, load, loadApp, registerAll } from './registry.js';
import { stack, topPage } from './stack.js';
import { wx } from './wx/index.js';
import { filesSnapshot, filesWritten, openFiles } from './wx/files.js';
import { storageSnapshot } from './wx/storage.js';
import { launchOptions, notify, watchNetwork } from './wx/system.js';

function toBackground() {
  const top = topPage();
  if (top) pageLifetime(top, 'hide');
  application().onHide?.();
  notify('AppHide', {});
}

function toForeground() {
  application().onShow?.(launchOptions());
  notify('AppShow', launchOptions());
  const top = topPage();
  if (top) pageLifetime(top, 'show');
}

/** What tests/miniprogram/support calls. */
const harness = {
  record,
  phone,
  wx,
  load,
  stack,
  top: topPage,
  started: false,
  toBackground,
  toForeground,
  storage: storageSnapshot,
  files: filesSnapshot,
  settled: filesWritten,
  share: () => topPage()?.page.onShareAppMessage?.({ from: 'menu' }) ?? null,
  data: () => JSON.parse(JSON.stringify(topPage()?.page.data ?? null)),
};

async function main() {
  window.__mp = harness;
  listenForErrors();
  recall();
  await openFiles();
  watchNetwork();
  definePlain();
  defineFields();
  defineChoices();
  registerAll();
  const app = loadApp();
  const options = launchOptions();
  app.onLaunch?.(options);
  app.onShow?.(options);
  const url = phone.url || `/${program.app.entryPagePath ?? program.pages[0]}`;
  start(url);
}

main()
  .catch(complain)
  .finally(() => {
    harness.started = true;
  });
