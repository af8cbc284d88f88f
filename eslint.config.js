import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** A room of the house may import only the rooms listed; its own files are always fine (ARCHITECTURE.md). */
const rooms = {
  sources: [],
  lake: [],
  warehouse: [],
  transform: ['lake/types.ts', 'lake/types', 'warehouse/types.ts'],
  orchestrate: [
    'transform',
    'api.ts',
    'api',
    'lake/types.ts',
    'lake/types',
    'warehouse/types.ts',
    'sources/types.ts',
  ],
};

const zones = [
  ...Object.entries(rooms).map(([room, friends]) => ({
    target: `./workers/${room}`,
    from: './workers',
    except: [`./${room}`, ...friends.map((friend) => `./${friend}`)],
    message: `The room ${room} may not import this: see "Who may import whom" in ARCHITECTURE.md.`,
  })),
  { target: './workers', from: './src/lib', message: 'Workers know nothing of the page.' },
  {
    target: './src',
    from: './workers',
    except: ['./api.ts'],
    message: 'The page imports types from workers/api.ts and nothing else of the workers.',
  },
];

/** Packages that stay in their folder: elsewhere under `home` they may not be imported. */
const keepOut = (home, allowed, packages) => ({
  files: [`${home}/**/*.{ts,svelte}`],
  ignores: allowed,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: packages.map((name) => ({
          group: [name, `${name}/**`],
          message: `Only ${allowed} may import it.`,
        })),
      },
    ],
  },
});

export default ts.config(
  {
    ignores: [
      'build/',
      '.svelte-kit/',
      'node_modules/',
      'src/lib/paraglide/',
      'test-results/',
      'playwright-report/',
      '.cache/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': ['error', { allow: ['info', 'warn', 'error'] }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
    rules: {
      'svelte/no-navigation-without-resolve': 'off',
      'prefer-const': 'off',
      'svelte/prefer-const': 'error',
    },
  },
  {
    files: ['workers/**/*.ts', 'src/**/*.{ts,svelte}'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js', '.svelte'] } } },
    rules: { 'import-x/no-restricted-paths': ['error', { zones }] },
  },
  // The driver imports DuckDB's addresses, not DuckDB.
  keepOut('workers', ['workers/warehouse/**', 'workers/driver/rooms.ts'], ['@duckdb/duckdb-wasm']),
  keepOut('src', ['src/lib/charts/**'], ['plotly.js-cartesian-dist-min', '@duckdb/duckdb-wasm']),
  { files: ['scripts/**', 'tests/**'], rules: { 'no-console': 'off' } },
);
