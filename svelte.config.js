import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
  kit: {
    // Every page is prerendered with relative paths, so one build serves from any folder; static/404.html catches the rest.
    adapter: adapter({ strict: true }),
    paths: { relative: true },
    prerender: { handleMissingId: 'ignore' },
  },
};
