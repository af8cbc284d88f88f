import { readdirSync } from 'node:fs';
import adapter from '@sveltejs/adapter-static';

// Pages that no prerendered page links to, because their links appear with data.
const inner = ['runs', 'runs/run', 'tables', 'tables/table', 'sql', 'dashboards'];
const labs = readdirSync(new URL('src/labs', import.meta.url));

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
  kit: {
    // Every page is prerendered with relative paths, so one build serves from any folder; static/404.html catches the rest.
    adapter: adapter({ strict: true }),
    paths: { relative: true },
    prerender: {
      handleMissingId: 'ignore',
      entries: ['*', ...labs.flatMap((lab) => inner.map((page) => `/labs/${lab}/${page}/`))],
    },
  },
};
