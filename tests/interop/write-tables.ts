import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectCodec } from '../../workers/lake/parquet/codec.ts';
import { Lake } from '../../workers/lake/lake.ts';
import { initParquet } from '../../workers/lake/parquet/parquet.ts';
import type { DeltaTable } from '../../workers/lake/table.ts';
import type { RowEngine, StructType } from '../../workers/lake/types.ts';
import { openRowEngine } from '../unit/lake/row-engine.ts';
import { FolderStore } from './folder-store.ts';
import { type Cells, ipcOf } from './lake/cells.ts';
import { type Bench, OPERATIONS, type OperationCase } from './lake/operations.ts';
import { TABLES, type TableCase } from './lake/tables.ts';

/** What the reader shall find: each version's rows as text, in the order they were written. */
interface Expected {
  path: string;
  columns: { name: string; type: string }[];
  versions: { version: number; columns: { name: string; type: string }[]; rows: Cells[] }[];
  partitionColumns: string[];
  /** Commits that the log can still tell of. */
  commits: number;
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
  const rows = await openRowEngine();
  const expected: Expected[] = [];
  for (const table of TABLES) expected.push(await writeTable(lake, codec, table));
  for (const one of OPERATIONS) expected.push(await writeOperations({ lake, codec, rows }, one));
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
    versions.push({ version: versions.length, columns: columnsOf(schema), rows });
  }
  return expectedOf(table, versions, partitionColumns);
}

async function writeOperations(
  { lake, codec, rows }: { lake: Lake; codec: DirectCodec; rows: RowEngine },
  { name, partitionColumns = [], steps }: OperationCase,
): Promise<Expected> {
  const table = lake.table({ lab: 'interop', schema: 'operations', name });
  let versions: Expected['versions'] = [];
  for (const { act, schema, after, forgetsPast } of steps) {
    const encode: Bench['encode'] = (cells, own = schema) =>
      codec.encode({
        tablePath: table.path,
        ipc: ipcOf(own, cells),
        schema: own,
        partitionColumns,
        compression: 'snappy',
      });
    await act({ table, codec, rows, encode });
    if (forgetsPast) versions = [];
    const { version } = await table.snapshot();
    versions.push({ version, columns: columnsOf(schema), rows: after });
  }
  return expectedOf(table, versions, partitionColumns);
}

async function expectedOf(
  table: DeltaTable,
  versions: Expected['versions'],
  partitionColumns: string[],
): Promise<Expected> {
  const commits = (await table.history()).length;
  return { path: table.path, columns: versions.at(-1)?.columns ?? [], versions, partitionColumns, commits };
}

function columnsOf(schema: StructType): { name: string; type: string }[] {
  return schema.fields.map(({ name, type }) => ({ name, type: String(type) }));
}
