// One million rows of twelve columns, written and read: the lake, the Parquet codec alone, native DuckDB on one thread. And how long a
// table takes to open with 1, 100 and 1 000 commits.
import { DuckDBInstance } from '@duckdb/node-api';
import { createServer } from 'node:http';
import path from 'node:path';
import { chromium } from 'playwright';
import sirv from 'sirv';
import { build } from 'vite';
import { root } from '../../scripts/setup.mjs';
import { flags } from '../browsers/drivers.mjs';

const SCHEMA = {
  id: 'long',
  at: 'timestamp',
  store: 'integer',
  product: 'integer',
  amount: 'double',
  discount: 'double',
  tax: 'double',
  city: 'string',
  note: 'string',
  code: 'string',
  day: 'date',
  paid: 'boolean',
};

const ROWS = `
  select i as id, timestamptz '2025-01-01 00:00:00Z' + to_microseconds(i * 86400) as at, (hash(i) % 500)::int as store,
    (hash(i + 1) % 20000)::int as product, (hash(i + 2) % 1000000) / 100.0 as amount, (hash(i + 3) % 100) / 100.0 as discount,
    random() as tax, 'city ' || hash(i + 4) % 300 as city, 'note ' || hash(i) as note, 'c' || hash(i + 5) % 9000 as code,
    date '2025-01-01' + (i // 40000)::int as day, hash(i + 6) % 2 = 0 as paid
  from range(ROWS_WANTED) t(i)`;

/** Milliseconds per turn: of the lake, the codec and native DuckDB; and the openings. */
export async function measureLake(executablePath, folder, { rows, repeat, commits }) {
  const native = await measureNative(folder, rows, repeat);
  const site = path.join(folder, 'site');
  await build({
    configFile: false,
    root: path.join(root, 'tests/bench/lake-page'),
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: site, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 4096 },
  });
  const server = createServer();
  const [files, data] = [sirv(site), sirv(path.join(folder, 'data'), { dev: true })];
  server.on('request', (request, response) =>
    files(request, response, () => data(request, response, () => response.writeHead(404).end())),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, args: flags });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => typeof window.measureLake === 'function');
    const job = { file: '/rows.parquet', schema: SCHEMA, repeat, commits };
    return { ...(await page.evaluate((wanted) => window.measureLake(wanted), job)), ...native };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

async function measureNative(folder, rows, repeat) {
  const { mkdirSync } = await import('node:fs');
  mkdirSync(path.join(folder, 'data'), { recursive: true });
  const file = path.join(folder, 'data', 'rows.parquet');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '3GB' });
  const connection = await instance.connect();
  await connection.run(`create table rows as ${ROWS.replace('ROWS_WANTED', rows)}`);
  const times = { nativeWrite: [], nativeRead: [] };
  for (let turn = 0; turn < repeat; turn += 1) {
    await timed(times.nativeWrite, () =>
      connection.run(`copy rows to '${file}' (format parquet, compression zstd)`),
    );
    await timed(times.nativeRead, () => connection.run(`create or replace table back as from '${file}'`));
  }
  connection.closeSync();
  return times;
}

async function timed(times, work) {
  const started = performance.now();
  await work();
  times.push(performance.now() - started);
}
