/**
 * Compiles a mini-program and the runtime into one HTML file that Chromium can open:
 *
 *     node build/main.mjs <folder of the program> <file to write>
 *
 * Prints what WeChat would refuse, one line each, and ends with 1 if there is any.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { compileProgram } from './program.mjs';

const RUNTIME = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'runtime');

/** @returns {string} the runtime with the framework, as one script */
function compileRuntime() {
  const result = esbuild.buildSync({
    entryPoints: [path.join(RUNTIME, 'main.js')],
    bundle: true,
    format: 'iife',
    write: false,
    // Handed over at every start of a phone, so its size counts; names stay readable in errors.
    minifyWhitespace: true,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  return result.outputFiles[0].text;
}

/** @param {string} script @returns {string} the script, safe inside a script element */
const inline = (script) => `<script>${script.replaceAll('</script', '<\\/script')}</script>`;

/** @param {string} program @returns {string} */
function page(program) {
  const style = fs.readFileSync(path.join(RUNTIME, 'base.css'), 'utf8');
  const head =
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>小程序</title>' +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">';
  // The harness puts the phone's own script in the place of the comment at every start.
  return `${head}<style>${style}</style></head><body><!--phone-->${inline(program)}${inline(compileRuntime())}</body></html>`;
}

function main() {
  const [root, target] = process.argv.slice(2);
  if (!root || !target) {
    console.error('usage: node build/main.mjs <folder of the program> <file to write>');
    process.exit(2);
  }
  const { script, problems } = compileProgram(path.resolve(root));
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, page(script));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length ? 1 : 0;
}

main();
