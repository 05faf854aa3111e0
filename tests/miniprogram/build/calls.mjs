/**
 * Lists every API address written in a mini-program's scripts, as JSON:
 *
 *     node build/calls.mjs <folder of the program>
 *
 * `path` has `*` for each part that is only known when the program runs; an address that is not
 * written where it is used at all has `path: null`.
 */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { pagesOf } from './program.mjs';
import { Source } from './source.mjs';

const CALLS = new Set(['request', 'ask']);

/** @param {ts.Expression} node @returns {string | null} the text with `*` for what is computed */
function written(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map((span) => `*${span.literal.text}`).join('');
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return null;
  const [left, right] = [written(node.left), written(node.right)];
  return left === null && right === null ? null : (left ?? '*') + (right ?? '*');
}

/** @param {ts.ObjectLiteralExpression} object @param {string} name @returns {ts.Expression | undefined} */
function valueOf(object, name) {
  for (const property of object.properties) {
    if (ts.isPropertyAssignment(property) && property.name.getText() === name) return property.initializer;
  }
  return undefined;
}

/** @param {ts.Node} node @returns {string} name of the function an object is handed to, or '' */
function receiver(node) {
  if (!ts.isCallExpression(node.parent) || node.parent.arguments[0] !== node) return '';
  const callee = node.parent.expression;
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
}

/** @param {ts.Node} node @returns {{ method: string, path: string | null } | null} */
function callIn(node) {
  if (ts.isCallExpression(node) && node.expression.getText().split('.').pop() === 'upload' && node.arguments.length > 1) {
    return { method: 'POST', path: written(node.arguments[0]) };
  }
  if (!ts.isObjectLiteralExpression(node)) return null;
  const address = valueOf(node, 'path');
  if (!address) return null;
  const text = written(address);
  const handed = CALLS.has(receiver(node));
  if (!handed && !(text ?? '').startsWith('/')) return null;
  const method = valueOf(node, 'method');
  return { method: (method && written(method)) ?? 'GET', path: text };
}

/**
 * @param {string} file @param {string} text
 * @returns {{ file: string, line: number, method: string, path: string | null }[]}
 */
function callsOf(file, text) {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2018, true, ts.ScriptKind.JS);
  /** @type {{ file: string, line: number, method: string, path: string | null }[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const call = callIn(node);
    if (call) found.push({ file, line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1, ...call });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const source = new Source(path.resolve(process.argv[2]));
const pages = pagesOf(source.json('app.json'));
/** @param {string | null} text @returns {boolean} whether it is a page of the program, not of the API */
const isPage = (text) => text === '/' || pages.some((page) => (text ?? '').split(/[?*]/)[0] === `/${page}`);

const scripts = source.list().filter((name) => name.endsWith('.js'));
const calls = scripts.flatMap((name) => callsOf(name, fs.readFileSync(path.join(source.root, name), 'utf8')));
process.stdout.write(JSON.stringify(calls.filter((call) => !isPage(call.path))));
