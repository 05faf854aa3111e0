/** CommonJS scripts: what they require, and whether they can be read at all. */
import vm from 'node:vm';

const REQUIRE = /\brequire\(\s*['"]([^'"\n]+)['"]\s*\)/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(^|\s)\/\/[^\n]*/g;

export class Scripts {
  /** @param {import('./source.mjs').Source} source */
  constructor(source) {
    this.source = source;
    /** Texts by path. @type {Record<string, string>} */
    this.texts = {};
    /** path → reference as written → path. @type {Record<string, Record<string, string>>} */
    this.requires = {};
  }

  /** @param {string} name path with .js */
  add(name) {
    if (this.texts[name] !== undefined) return;
    const text = this.source.has(name) ? this.source.read(name) : '';
    this.texts[name] = text;
    this.requires[name] = {};
    this.check(name, text);
    for (const match of text.replace(COMMENT, '$1').matchAll(REQUIRE)) {
      const target = this.source.script(name, match[1]);
      if (!target) continue;
      this.requires[name][match[1]] = target;
      this.add(target);
    }
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  check(name, text) {
    try {
      new vm.Script(`(function () {${text}\n})`, { filename: name });
    } catch (error) {
      this.source.problems.push(`${name}: ${error}`);
      this.texts[name] = `throw new SyntaxError(${JSON.stringify(`${name}: ${error}`)});`;
    }
  }
}
