/** The files of a mini-program, and where a reference in one of them leads. */
import fs from 'node:fs';
import path from 'node:path';

const { posix } = path;

export class Source {
  /** @param {string} root folder with app.json */
  constructor(root) {
    this.root = root;
    /** Sentences about what WeChat would refuse. @type {string[]} */
    this.problems = [];
  }

  /** @param {string} name path inside the program @returns {boolean} */
  has(name) {
    const full = path.join(this.root, name);
    return fs.existsSync(full) && fs.statSync(full).isFile();
  }

  /** @param {string} name @returns {string} */
  read(name) {
    return fs.readFileSync(path.join(this.root, name), 'utf8');
  }

  /** @param {string} name @returns {any} the parsed file; {} for a missing or broken one, which is noted */
  json(name) {
    if (!this.has(name)) {
      this.problems.push(`${name} is missing`);
      return {};
    }
    try {
      return JSON.parse(this.read(name));
    } catch (error) {
      this.problems.push(`${name}: ${error}`);
      return {};
    }
  }

  /**
   * @param {string} from path of the file that refers
   * @param {string} reference as written there
   * @returns {string} path inside the program
   */
  join(from, reference) {
    return reference.startsWith('/') ? reference.slice(1) : posix.join(posix.dirname(from), reference);
  }

  /**
   * @param {string} from component or page, without extension
   * @param {string} reference value in usingComponents
   * @returns {string | null} the component's path without extension
   */
  component(from, reference) {
    const base = this.join(from, reference);
    const found = [base, posix.join(base, 'index')].find((name) => this.has(`${name}.json`) && this.has(`${name}.js`));
    if (!found) this.problems.push(`${from}.json: component not found: ${reference}`);
    return found ?? null;
  }

  /**
   * @param {string} from path of the script that requires
   * @param {string} reference argument of require()
   * @returns {string | null} the script's path
   */
  script(from, reference) {
    const base = this.join(from, reference);
    const found = [base, `${base}.js`, `${base}/index.js`].find((name) => name.endsWith('.js') && this.has(name));
    if (!found) this.problems.push(`${from}: module not found: ${reference}`);
    return found ?? null;
  }

  /** @returns {Record<string, string>} pictures of the package as data addresses, by path */
  pictures() {
    /** @type {Record<string, string>} */
    const found = {};
    const types = { '.png': 'image/png', '.jpg': 'image/jpeg', '.svg': 'image/svg+xml', '.gif': 'image/gif' };
    for (const name of this.list()) {
      const type = /** @type {Record<string, string>} */ (types)[path.extname(name)];
      if (!type) continue;
      const bytes = fs.readFileSync(path.join(this.root, name));
      found[name] = `data:${type};base64,${bytes.toString('base64')}`;
    }
    return found;
  }

  /** @returns {string[]} every file, as paths inside the program */
  list(folder = '') {
    /** @type {string[]} */
    const names = [];
    for (const entry of fs.readdirSync(path.join(this.root, folder), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const name = posix.join(folder, entry.name);
      if (entry.isDirectory()) names.push(...this.list(name));
      else names.push(name);
    }
    return names;
  }
}
