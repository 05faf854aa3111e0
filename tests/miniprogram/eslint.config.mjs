/** Rules for the mini-program and for what runs it in our tests. Run by tests/support/lint.sh from the root. */
import js from '@eslint/js';
import globals from 'globals';

const careful = {
  ...js.configs.recommended.rules,
  complexity: ['error', 15],
  curly: ['error', 'multi-line'],
  'default-case-last': 'error',
  eqeqeq: 'error',
  'max-depth': ['error', 3],
  'max-lines': ['error', 400],
  'max-lines-per-function': ['error', { max: 50, skipComments: true, skipBlankLines: true }],
  // Control characters are what some of our expressions are there to find.
  'no-control-regex': 'off',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-return-assign': 'error',
  'no-shadow': 'error',
  'no-unused-expressions': 'error',
  'no-unused-vars': ['error', { args: 'after-used', argsIgnorePattern: '^_', caughtErrors: 'none' }],
  'no-use-before-define': ['error', { functions: false, classes: false, variables: false }],
  'no-var': 'error',
  'prefer-const': 'error',
};

/** What WeChat gives every script. */
const wechat = Object.fromEntries(
  ['wx', 'App', 'Page', 'Component', 'Behavior', 'getApp', 'getCurrentPages', 'require', 'module', 'exports'].concat(
    ['console', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Promise', 'Map', 'Set'],
  ).map((name) => [name, 'readonly']),
);

export default [
  {
    files: ['miniprogram/**/*.js', 'tests/miniprogram/conformance/**/*.js'],
    // What old WeChat engines read without being translated.
    languageOptions: { ecmaVersion: 2018, sourceType: 'commonjs', globals: wechat },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...careful,
      'no-console': 'error',
      'no-new-func': 'error',
      // WeChat runs these, but not on every phone alike.
      'no-restricted-globals': ['error', 'Intl', 'globalThis', 'WeakRef', 'BigInt'],
      'no-restricted-properties': [
        'error',
        ...['replaceAll', 'matchAll', 'flat', 'flatMap', 'allSettled', 'fromEntries', 'toLocaleDateString'].map(
          (property) => ({ property, message: 'not on every phone' }),
        ),
      ],
    },
  },
  {
    files: ['tests/miniprogram/runtime/**/*.js'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: globals.browser },
    rules: { ...careful },
  },
  {
    files: ['tests/miniprogram/build/*.mjs', 'tests/miniprogram/*.mjs'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: globals.nodeBuiltin },
    rules: { ...careful },
  },
  { ignores: ['**/node_modules/**', 'tests/miniprogram/output/**', 'server/**', 'benchmarks/**'] },
];
