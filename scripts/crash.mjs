/**
 * npm run test:crash: kills the worker, the tab and the whole browser at work, and looks whether the lake was hurt. Then runs of
 * the real site are killed, files are harmed, and the storage is filled.
 * Options: --kills N (300) of the lake at work, --seed S (1), --batch k/n (the k-th of n equal parts of the kills),
 * --runs N (20) kills of the real site, --only kills | trouble | quota | runs | site.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildSite, findChromium, installPackages, root } from './setup.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    batch: { type: 'string', default: '1/1' },
    runs: { type: 'string', default: '20' },
    only: { type: 'string' },
  },
});
const wants = (part) => values.only === undefined || values.only === part;

installPackages();
// The real site is needed for its runs; its build also makes what TypeScript is configured by.
const isBuilt =
  existsSync(path.join(root, 'build')) && existsSync(path.join(root, '.svelte-kit/tsconfig.json'));
const wantsSite = wants('runs') || wants('site');
if (!isBuilt || (wantsSite && !process.env.TARN_KEEP_BUILD)) buildSite();
const options = { executablePath: await findChromium(), log: (line) => console.log(line) };
const { runnerImport } = await import('vite');
const { module: crash } = await runnerImport(path.join(root, 'tests/crash/run.ts'), {
  configFile: false,
  logLevel: 'error',
});

const kills = [];
const harms = [];
if (wants('kills')) kills.push(...(await killTheLake()));
if (wants('trouble')) harms.push(...(await crash.runTroubles(options)));
if (wants('quota')) harms.push(...(await crash.runQuota(options)));
if (wantsSite) await playOnSite();

const passed = (outcomes) => outcomes.filter(({ problems }) => problems.length === 0).length;
const failed = kills.length + harms.length - passed(kills) - passed(harms);
if (harms.length > 0) console.log(`\n${passed(harms)} of ${harms.length} harms told and mended`);
console.log(`\n${passed(kills)} kills survived, ${failed} failed`);
process.exit(failed === 0 && kills.length + harms.length > 0 ? 0 : 1);

async function killTheLake() {
  const [part, parts] = values.batch.split('/').map(Number);
  const upTo = (count) => Math.floor((Number(values.kills) * count) / parts);
  const rounds = await crash.runBatch({
    ...options,
    kills: upTo(part) - upTo(part - 1),
    seed: `${values.seed}/${values.batch}`,
  });
  console.log(crash.summarise(rounds));
  return rounds;
}

/** Kills runs of the real site, and harms its tables. */
async function playOnSite() {
  const { serve } = await import('./serve.mjs');
  const site = await serve({ port: 0 });
  const onSite = { ...options, url: site.url, seed: values.seed, kills: Number(values.runs) };
  try {
    if (wants('runs')) kills.push(...(await crash.killPipelines(onSite)));
    if (wants('site')) harms.push(...(await crash.troubleSite(onSite)));
  } finally {
    await site.close();
  }
}
