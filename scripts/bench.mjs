// npm run bench: the transactions lab in Chromium next to the same SQL on native DuckDB, one thread, reading and writing Parquet; one
// run, as ratios; then the lake alone. Flags: --rows 1000000, --repeat 3, --no-long (leave out the five days), --lake (only the lake).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSite, findChromium, installPackages } from './setup.mjs';

installPackages();
const executablePath = await findChromium();
const lakeOnly = process.argv.includes('--lake');
if (!lakeOnly) buildSite();
const { measureTab } = await import('../tests/bench/tab.mjs');
const { measureNative } = await import('../tests/bench/native.mjs');
const { measureLake } = await import('../tests/bench/lake.mjs');
const { printColdStarts, printLake, printMemory, printRatios, printBuildSize } =
  await import('../tests/bench/report.mjs');

const flag = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const recipe = {
  rowsPerDay: flag('rows', 1_000_000),
  days: 1,
  startDate: '2025-01-01',
  seed: 42,
  dirtRate: 0.01,
};
const repeat = flag('repeat', 3);
const folder = mkdtempSync(path.join(tmpdir(), 'tarn-bench-'));

try {
  if (!lakeOnly) await benchLab();
  const job = { rows: recipe.rowsPerDay, repeat, commits: [1, 100, 1000] };
  printLake(await measureLake(executablePath, folder, job));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function benchLab() {
  printBuildSize();
  const tab = await measureTab(executablePath, recipe, repeat);
  printColdStarts(tab.coldStarts);
  const native = await measureNative(folder, recipe, repeat);
  printRatios(recipe, tab, native);
  printMemory('1 day', tab.peakBytes);
  if (!process.argv.includes('--no-long')) {
    const long = await measureTab(executablePath, { ...recipe, days: 5 }, 1);
    const [run] = long.runs;
    console.log(
      `\n${recipe.rowsPerDay} rows x 5 days: ${run.state} in ${(run.durationMs / 1000).toFixed(1)} s, ${run.rows} rows landed`,
    );
    printMemory('5 days', long.peakBytes);
  }
}
