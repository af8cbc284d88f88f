/**
 * npm run test:crash: kills the worker, the tab and the whole browser at work, and looks whether the lake was hurt.
 * Options: --kills N (300), --seed S (1), --batch k/n (the k-th of n equal parts).
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';
import { findChromium } from './setup.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    batch: { type: 'string', default: '1/1' },
  },
});
const [part, parts] = values.batch.split('/').map(Number);
const kills =
  Math.floor((Number(values.kills) * part) / parts) - Math.floor((Number(values.kills) * (part - 1)) / parts);
if (!(kills > 0)) {
  console.error(`Nothing to do: --kills ${values.kills} --batch ${values.batch} is ${kills} kills.`);
  process.exit(1);
}

const entry = fileURLToPath(new URL('../tests/crash/run.ts', import.meta.url));
const { module: harness } = await runnerImport(entry, { configFile: false, logLevel: 'error' });
const executablePath = await findChromium();
const rounds = await harness.runBatch({
  executablePath,
  kills,
  seed: `${values.seed}/${values.batch}`,
  log: (line) => console.log(line),
});
const failed = rounds.filter(({ problems }) => problems.length > 0).length;
console.log(`\n${rounds.length - failed} kills survived, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
