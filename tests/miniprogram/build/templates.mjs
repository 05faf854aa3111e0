/** WXML and WXS, compiled by WeChat's own template compiler. */
import { createRequire } from 'node:module';

const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler');

/**
 * In WXS `x.constructor` is the name of the type, in JavaScript a function.
 * @param {string} text WXS source
 * @returns {string}
 */
function withTypeNames(text) {
  return text.replace(/((?:[A-Za-z_$][\w$]*)(?:\.[\w$]+|\[[^\]]*\])*?)\.constructor\b/g, '__wxsConstructor($1)');
}

export class Templates {
  /** @param {import('./source.mjs').Source} source */
  constructor(source) {
    this.source = source;
    this.group = new TmplGroup();
    /** @type {Set<string>} */
    this.seen = new Set();
  }

  /** @param {string} name template, without .wxml */
  add(name) {
    if (this.seen.has(name)) return;
    this.seen.add(name);
    if (!this.source.has(`${name}.wxml`)) {
      this.source.problems.push(`${name}.wxml is missing`);
      return;
    }
    for (const warning of this.group.addTmpl(name, this.source.read(`${name}.wxml`))) {
      const where = `${name}.wxml:${warning.startLine + 1}:${warning.startColumn + 1}`;
      this.source.problems.push(`${where} ${warning.message}`);
    }
    for (const inline of this.group.getInlineScriptModuleNames(name)) {
      this.group.setInlineScript(name, inline, withTypeNames(this.group.getInlineScript(name, inline)));
    }
    for (const other of this.group.getDirectDependencies(name)) this.add(other);
    for (const script of this.group.getScriptDependencies(name)) this.addScript(script);
  }

  /** @param {string} reference path of a .wxs file, with or without the extension */
  addScript(reference) {
    const name = reference.replace(/\.wxs$/, '');
    if (this.seen.has(`${name}.wxs`)) return;
    this.seen.add(`${name}.wxs`);
    if (!this.source.has(`${name}.wxs`)) {
      this.source.problems.push(`${name}.wxs is missing`);
      return;
    }
    const text = withTypeNames(this.source.read(`${name}.wxs`));
    // Templates name it with the extension, other scripts without.
    this.group.addScript(name, text);
    this.group.addScript(`${name}.wxs`, text);
    for (const match of text.matchAll(/require\(\s*['"]([^'"]+)['"]\s*\)/g)) {
      this.addScript(this.source.join(name, match[1]));
    }
  }

  /** @returns {string} a JavaScript expression: an object of templates by path */
  generate() {
    return this.group.getTmplGenObjectGroups();
  }
}

/**
 * @param {Record<string, string>} templates texts by name
 * @returns {string} a JavaScript expression as from `generate`
 * @throws {Error} when one does not compile
 */
export function compileTexts(templates) {
  const group = new TmplGroup();
  for (const [name, text] of Object.entries(templates)) {
    const [warning] = group.addTmpl(name, text);
    if (warning) throw new Error(`built-in ${name}: ${warning.message}`);
  }
  return group.getTmplGenObjectGroups();
}
