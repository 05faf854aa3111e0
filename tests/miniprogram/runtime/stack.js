/** The page stack itself, apart from what opens and closes pages. */

/** @type {import('./types').OpenPage[]} */
export const stack = [];

/** @returns {import('./types').OpenPage | undefined} */
export const topPage = () => stack[stack.length - 1];
