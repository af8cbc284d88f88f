import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectCodec } from '../../workers/lake/parquet/codec.ts';
import { Lake } from '../../workers/lake/lake.ts';
import { initParquet } from '../../workers/lake/parquet/parquet.ts';
import { FolderStore } from './folder-store.ts';
import { type Cells, ipcOf } from './lake/cells.ts';
import { TABLES, type TableCase } from './lake/tables.ts';

/** What the reader shall find: each version's rows as text, in the order they were written. */
interface Expected {
  path: string;
  columns: { name: string; type: string }[];
  versions: { version: number; columns: { name: string; type: string }[]; rows: Cells[] }[];
  partitionColumns: string[];
}

const WASM = new URL('../../node_modules/parquet-wasm/esm/parquet_wasm_bg.wasm', import.meta.url);

/** Writes every table below `folder/lake/interop`, and what they hold as `folder/expected.json`. */
export async function writeTables(folder: string): Promise<void> {
  await initParquet(readFileSync(WASM));
  await mkdir(folder, { recursive: true });
  const store = new FolderStore(folder);
  const env = { clock: { now: () => Date.now() }, newId: () => crypto.randomUUID() };
  const lake = new Lake(store, env);
  const codec = new DirectCodec(store, env);
  const expected: Expected[] = [];
  for (const table of TABLES) expected.push(await writeTable(lake, codec, table));
  await writeFile(join(folder, 'expected.json'), JSON.stringify(expected, null, 1));
}

async function writeTable(
  lake: Lake,
  codec: DirectCodec,
  { name, partitionColumns = [], steps }: TableCase,
): Promise<Expected> {
  const table = lake.table({ lab: 'interop', schema: 'bronze', name });
  const versions: Expected['versions'] = [];
  let rows: Cells[] = [];
  for (const step of steps) {
    const { schema, compression = 'zstd' } = step;
    const ipc = ipcOf(schema, step.rows);
    const files = await codec.encode({ tablePath: table.path, ipc, schema, partitionColumns, compression });
    if (step.mode === 'create') await table.create(schema, { partitionColumns });
    else if (step.mode === 'append') await table.append(files, { runId: 'interop' });
    else await table.overwrite(schema, partitionColumns, files);
    rows = step.mode === 'append' ? [...rows, ...step.rows] : step.rows;
    const columns = schema.fields.map((column) => ({ name: column.name, type: String(column.type) }));
    versions.push({ version: versions.length, columns, rows });
  }
  return { path: table.path, columns: versions.at(-1)?.columns ?? [], versions, partitionColumns };
}
