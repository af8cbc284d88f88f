// What the benchmark prints.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../../scripts/setup.mjs';

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export function printBuildSize() {
  const build = path.join(root, 'build');
  const files = readdirSync(build, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const sizes = files.map((entry) => readFileSync(path.join(entry.parentPath ?? entry.path, entry.name)));
  const raw = sizes.reduce((sum, bytes) => sum + bytes.length, 0);
  const packed = sizes.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
  console.log(`build: ${files.length} files, ${mebibytes(raw)}, gzip ${mebibytes(packed)}`);
}

export function printColdStarts(times) {
  console.log(`cold start to engine ready: ${times.join(', ')} ms (median ${median(times)})`);
}

/** Rows per second of each stage, and how many times native DuckDB's time the tab takes. */
export function printRatios(recipe, tab, native) {
  const rows = median(tab.runs.map((run) => run.rows));
  const total = median(tab.runs.map((run) => run.durationMs));
  console.log(
    `\nmedian of ${tab.runs.length}: ${recipe.rowsPerDay} rows a day, ${recipe.days} day, ${rows} rows landed`,
  );
  console.log(
    ['stage', 'tab ms', 'tab rows/s', 'native ms', 'tab : native'].map((text) => text.padStart(14)).join(''),
  );
  const print = (...cells) => console.log(cells.map((cell) => String(cell).padStart(14)).join(''));
  for (const stage of Object.keys(tab.runs[0].stageMs)) {
    const ms = median(tab.runs.map((run) => run.stageMs[stage]));
    const nativeMs = native[0][stage] === undefined ? null : median(native.map((turn) => turn[stage]));
    const speed = Math.round(rows / (ms / 1000)).toLocaleString('en');
    print(
      stage,
      Math.round(ms),
      speed,
      nativeMs === null ? '-' : Math.round(nativeMs),
      nativeMs === null ? '-' : `${(ms / nativeMs).toFixed(1)} x`,
    );
  }
  const sums = native.map((turn) => Object.values(turn).reduce((sum, ms) => sum + ms, 0));
  const sqlMs = median(
    tab.runs.map(({ stageMs }) => stageMs.silver + stageMs.gold + stageMs.tests + stageMs.fingerprints),
  );
  print('all SQL', Math.round(sqlMs), '', Math.round(median(sums)), `${(sqlMs / median(sums)).toFixed(1)} x`);
  print('Run to green', total, Math.round(rows / (total / 1000)).toLocaleString('en'), '-', '-');
  console.log(`the original says 560 records/s: ${Math.round(rows / (total / 1000) / 560)} times that`);
}

export function printMemory(what, bytes) {
  console.log(
    `peak memory of all browser processes, ${what}: ${mebibytes(bytes)} (resident; shared pages count once per process)`,
  );
}

/** Rows/s of writing and reading, as ratios within this run, and how opening grows with the log. */
export function printLake({ rows, opens, ...times }) {
  console.log(`\nthe lake alone, one thread: ${rows} rows x 12 columns, median of ${times.lakeWrite.length}`);
  for (const way of ['Write', 'Read']) {
    const [lake, codec, native] = ['lake', 'codec', 'native'].map((who) => median(times[`${who}${way}`]));
    const speed = (ms) => `${Math.round(rows / (ms / 1000)).toLocaleString('en')} rows/s`;
    console.log(
      `${way.padStart(6)}: lake ${speed(lake)}; parquet-wasm alone ${speed(codec)} (lake takes ${(lake / codec).toFixed(2)} x); native DuckDB ${speed(native)} (lake takes ${(lake / native).toFixed(2)} x)`,
    );
  }
  const first = opens.map(({ commits, ms }) => ({ commits, ms: median(ms) }));
  for (const { commits, ms } of first) console.log(`open a table of ${commits} commits: ${ms.toFixed(1)} ms`);
  const [, hundred, thousand] = first;
  if (thousand) console.log(`1000 against 100 commits: ${(thousand.ms / hundred.ms).toFixed(2)} x`);
}
