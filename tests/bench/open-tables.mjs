/**
 * Time to open a table with 1, 100 and 1 000 commits: `node tests/bench/open-tables.mjs`. Prints JSON lines.
 * Vite runs the TypeScript, since Node 20 does not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tarn-open-'));
try {
  const { module } = await runnerImport(at('open-tables.ts'), { configFile: false, logLevel: 'error' });
  const wasm = at('../../node_modules/parquet-wasm/esm/parquet_wasm_bg.wasm');
  for (const opening of await module.measureOpening(wasm, folder)) console.log(JSON.stringify(opening));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
