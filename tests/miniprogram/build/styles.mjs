/** WXSS to CSS: imports inlined, rpx to vw, tags and classes as the runtime names them. */
import postcss from 'postcss';
import { BUILT_IN_TAGS } from '../runtime/builtins/templates.js';
import { rpxToVw } from '../runtime/units.js';

const IMPORT = /@import\s+(?:url\()?['"]([^'"]+)['"]\)?\s*;?/g;
const PART = /(\.[\w-]+)|(#[\w-]+)|(\[[^\]]*\])|(::?[\w-]+)|(^|[\s>+~,(])([a-z][\w-]*)/gi;

/**
 * @param {import('./source.mjs').Source} source
 * @param {string} name path of a .wxss file
 * @param {Set<string>} seen files already inlined
 * @returns {string} the text with its imports
 */
function inline(source, name, seen = new Set()) {
  if (seen.has(name)) return '';
  seen.add(name);
  if (!source.has(name)) {
    source.problems.push(`${name} is missing`);
    return '';
  }
  return source.read(name).replace(IMPORT, (_, other) => inline(source, source.join(name, other), seen));
}

/**
 * @param {string} selector
 * @param {boolean} scoped whether classes belong to one component
 * @returns {string}
 */
function rename(selector, scoped) {
  return selector.replace(PART, (whole, className, id, attribute, pseudo, before, tag) => {
    if (className) return scoped ? `.__SCOPE__${className.slice(1)}` : whole;
    if (pseudo) return pseudo === ':host' ? '.__HOST__' : whole;
    if (!tag) return whole;
    if (tag === 'page') return `${before}.wx-page`;
    return before + (BUILT_IN_TAGS.has(tag) ? `wx-${tag}` : tag);
  });
}

/**
 * @param {import('./source.mjs').Source} source
 * @param {string} name path of a .wxss file
 * @param {boolean} scoped true for a component: its classes get the mark `__SCOPE__`, which the
 *   runtime replaces according to the component's style isolation
 * @returns {string} CSS
 */
export function compileStyle(source, name, scoped) {
  try {
    const root = postcss.parse(inline(source, name), { from: name });
    root.walkRules((rule) => {
      const parent = /** @type {any} */ (rule.parent);
      if (parent?.type === 'atrule' && /keyframes$/.test(parent.name)) return;
      rule.selector = rename(rule.selector, scoped);
    });
    return rpxToVw(root.toString());
  } catch (error) {
    source.problems.push(`${name}: ${error}`);
    return '';
  }
}
