import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { Lake } from '../../../workers/lake/lake.ts';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { appendRows } from '../../../workers/lake/operations/append.ts';
import type { RowPorts } from '../../../workers/lake/operations/rows.ts';
import { initParquet } from '../../../workers/lake/parquet/parquet.ts';
import type { DeltaTable } from '../../../workers/lake/table.ts';
import type { Snapshot, StructField } from '../../../workers/lake/types.ts';
import { openRowEngine } from '../../unit/lake/row-engine.ts';
import { FolderStore } from '../folder-store.ts';
import { rowTexts } from '../lake/cell-text.ts';

type Rows = (string | null)[][];

/** A table as its writer reads it: `foreign.json` of write_foreign.py. */
interface Foreign {
  schema: string;
  name: string;
  refused?: string | null;
  broken?: string;
  versions: { version: number; columns: StructField[]; rows: Rows }[];
}

/** Tables that Tarn must not write to, and the feature it names. */
const NOT_WRITABLE: Record<string, RegExp> = {
  writer_features: /inCommitTimestamp|rowTracking|domainMetadata|clustering/,
};

const WASM = new URL('../../../node_modules/parquet-wasm/esm/parquet_wasm_bg.wasm', import.meta.url);

/**
 * Reads every foreign table at every version, appends its rows to it once more, and prints `ok` or `FAIL` per check.
 * What was appended is told in `appended.json`, for the foreign engines to read. Answers the number of failures.
 */
export async function readForeign(folder: string): Promise<number> {
  await initParquet(readFileSync(WASM));
  const store = new FolderStore(folder);
  const env = { clock: { now: () => Date.now() }, newId: () => crypto.randomUUID() };
  const lake = new Lake(store, env);
  const codec = new DirectCodec(store, env);
  const ports: RowPorts = { codec, rows: await openRowEngine() };
  const tables = JSON.parse(await readFile(join(folder, 'foreign.json'), 'utf8')) as Foreign[];
  const appended: object[] = [];
  let failures = 0;
  const check = async (name: string, body: () => Promise<void>) => {
    const problem = await body().then(
      () => null,
      (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    );
    if (problem) failures += 1;
    console.log(problem ? `FAIL ${name}: ${problem.slice(0, 400)}` : `ok   ${name}`);
  };
  for (const foreign of tables) {
    const table = lake.table({ lab: 'foreign', schema: foreign.schema, name: foreign.name });
    const label = `${foreign.schema} ${foreign.name}`;
    if (foreign.broken) await check(label, () => Promise.reject(new Error(foreign.broken)));
    if (foreign.refused) await check(`${label} refused`, () => requireRefusal(table, foreign.refused ?? ''));
    for (const version of foreign.versions) {
      await check(`${label} v${version.version} read`, () => compareVersion(table, codec, version));
    }
    const last = foreign.versions.at(-1);
    if (!last) continue;
    await check(`${label} appended to`, async () => {
      const version = await appendAgain(table, ports);
      const { rows } = last;
      if (version !== undefined)
        appended.push({ ...foreign, version, columns: last.columns, rows: sorted([...rows, ...rows]) });
    });
  }
  await writeFile(join(folder, 'appended.json'), JSON.stringify(appended));
  return failures;
}

async function requireRefusal(table: DeltaTable, feature: string): Promise<void> {
  const message = await table.snapshot().then(
    () => 'it was read',
    (error: unknown) => String(error),
  );
  if (!message.includes(feature))
    throw new Error(`expected a refusal that names ${feature}, found: ${message}`);
}

async function compareVersion(
  table: DeltaTable,
  codec: DirectCodec,
  expected: Foreign['versions'][number],
): Promise<void> {
  const snapshot = await table.snapshot(expected.version);
  requireEqual('columns', typesOf(snapshot.schema.fields), typesOf(expected.columns));
  const rows = (await decodeAll(snapshot, table, codec)).flatMap((ipc) =>
    rowTexts(tableFromIPC(ipc), snapshot.schema),
  );
  const found = sorted(rows);
  requireEqual('number of rows', found.length, expected.rows.length);
  for (const [index, row] of sorted(expected.rows).entries()) requireEqual(`row ${index}`, found[index], row);
  if (snapshot.numRecords !== undefined) requireEqual('numRecords', snapshot.numRecords, found.length);
}

/** The rows of the last version, once more; undefined where Tarn must not write. */
async function appendAgain(table: DeltaTable, ports: RowPorts): Promise<number | undefined> {
  const snapshot = await table.snapshot();
  const { schema } = snapshot;
  const { partitionColumns } = snapshot.metadata;
  const streams = await decodeAll(snapshot, table, ports.codec);
  const encode = (ipc: Uint8Array) =>
    ports.codec.encode({ tablePath: table.path, ipc, schema, partitionColumns, compression: 'snappy' });
  const files = (await Promise.all(streams.map(encode))).flat();
  const expected = NOT_WRITABLE[table.ref.name];
  const append = () => appendRows(table.log, ports, { files });
  if (!expected) return (await append()).version;
  const message = await append().then(
    () => 'it was written',
    (error: unknown) => String(error),
  );
  if (!expected.test(message))
    throw new Error(`expected a refusal that names ${expected}, found: ${message}`);
  return undefined;
}

function decodeAll(snapshot: Snapshot, table: DeltaTable, codec: RowPorts['codec']): Promise<Uint8Array[]> {
  const { schema, metadata } = snapshot;
  const { partitionColumns } = metadata;
  return Promise.all(
    snapshot.files.map((add) =>
      codec.decode({ tablePath: table.path, add, schema, partitionColumns, columns: null }),
    ),
  );
}

function typesOf(fields: StructField[]): [string, unknown][] {
  return fields.map(({ name, type }) => [name, typeof type === 'string' ? type : type.type]);
}

function sorted(rows: Rows): Rows {
  const key = new Map(rows.map((row) => [row, JSON.stringify(row)]));
  return [...rows].sort((a, b) => ((key.get(a) ?? '') < (key.get(b) ?? '') ? -1 : 1));
}

function requireEqual(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b?.slice(0, 300)}, found ${a?.slice(0, 300)}`);
}
