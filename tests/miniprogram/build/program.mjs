/** A native mini-program as one script that the runtime reads. */
import path from 'node:path';
import { TEMPLATES } from '../runtime/builtins/templates.js';
import { Scripts } from './scripts.mjs';
import { Source } from './source.mjs';
import { compileStyle } from './styles.mjs';
import { Templates, compileTexts } from './templates.mjs';

/**
 * @param {any} app app.json
 * @returns {string[]} every page, those of subpackages included
 */
export function pagesOf(app) {
  const pages = [...(app.pages ?? [])];
  for (const part of app.subPackages ?? app.subpackages ?? []) {
    for (const page of part.pages) pages.push(path.posix.join(part.root, page));
  }
  return pages;
}

class Program {
  /** @param {Source} source */
  constructor(source) {
    this.source = source;
    this.app = source.json('app.json');
    this.templates = new Templates(source);
    this.scripts = new Scripts(source);
    /** @type {Record<string, { config: any, isPage: boolean }>} */
    this.components = {};
    /** @type {Record<string, string>} */
    this.styles = {};
  }

  read() {
    if (this.source.has('app.js')) this.scripts.add('app.js');
    if (this.source.has('app.wxss')) this.styles.app = compileStyle(this.source, 'app.wxss', false);
    for (const page of pagesOf(this.app)) this.add(page, true);
  }

  /**
   * @param {string} name page or component, without extension
   * @param {boolean} isPage
   */
  add(name, isPage) {
    if (this.components[name]) return;
    const config = this.source.json(`${name}.json`);
    this.components[name] = { config, isPage };
    config.usingComponents = this.references(name, { ...this.app.usingComponents, ...config.usingComponents });
    for (const generic of Object.values(config.componentGenerics ?? {})) {
      if (!generic?.default) continue;
      const target = this.source.component(name, generic.default);
      if (target) {
        generic.default = `/${target}`;
        this.add(target, false);
      }
    }
    this.templates.add(name);
    this.scripts.add(`${name}.js`);
    if (this.source.has(`${name}.wxss`)) this.styles[name] = compileStyle(this.source, `${name}.wxss`, !isPage);
  }

  /**
   * @param {string} name page or component that uses them
   * @param {Record<string, string>} using tag → reference
   * @returns {Record<string, string>} tag → absolute path
   */
  references(name, using) {
    /** @type {Record<string, string>} */
    const found = {};
    for (const [tag, reference] of Object.entries(using)) {
      const target = this.source.component(name, reference);
      if (!target) continue;
      found[tag] = `/${target}`;
      this.add(target, false);
    }
    return found;
  }

  /** @returns {string} a script that sets `window.__PROGRAM` */
  generate() {
    const facts = {
      app: this.app,
      pages: pagesOf(this.app),
      components: this.components,
      styles: this.styles,
      scripts: this.scripts.texts,
      requires: this.scripts.requires,
      pictures: this.source.pictures(),
    };
    const plain = JSON.stringify(facts).slice(1, -1);
    return `window.__PROGRAM={${plain},templates:${this.templates.generate()},builtIns:${compileTexts(TEMPLATES)}};`;
  }
}

/**
 * @param {string} root folder with app.json
 * @returns {{ script: string, problems: string[], pages: string[] }}
 */
export function compileProgram(root) {
  const source = new Source(root);
  const program = new Program(source);
  program.read();
  return { script: program.generate(), problems: source.problems, pages: pagesOf(program.app) };
}
