import parquetWasm from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import { Table, tableToIPC } from 'apache-arrow';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { LakeRelations } from '../../../workers/driver/relations.ts';
import { createRowEngine } from '../../../workers/driver/row-engine.ts';
import { Lake } from '../../../workers/lake/lake.ts';
import { deleteWhere } from '../../../workers/lake/operations/delete.ts';
import { optimizeTable } from '../../../workers/lake/operations/optimize.ts';
import { restoreTable } from '../../../workers/lake/operations/restore.ts';
import { vacuumTable } from '../../../workers/lake/operations/vacuum.ts';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { initParquet } from '../../../workers/lake/parquet/parquet.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import type { DeltaTable } from '../../../workers/lake/table.ts';
import type { Codec, RowEngine, WrittenFile } from '../../../workers/lake/types.ts';
import type { Warehouse } from '../../../workers/warehouse/warehouse.ts';
import { bigints, money, openWarehouse, strings, timestamps, type MemoryColumn } from './memory-lake.ts';

const rowsPerFile = 20_000;
const files = 4;
const lab = { catalog: 'lab' };
const schema = struct({ id: 'long', sold_at: 'timestamp', amount: 'decimal(18,2)', shop: 'string' });

let store: MemoryStore;
let table: DeltaTable;
let relations: LakeRelations;
let warehouse: Warehouse;
let codec: Codec;
let rows: RowEngine;
let decoded: string[];
let now = Date.UTC(2025, 0, 31, 10);

const columnsOf = (file: number): MemoryColumn[] => [
  bigints('id', rowsPerFile, (i) => BigInt(file * rowsPerFile + i)),
  timestamps('sold_at', rowsPerFile, (i) => BigInt(file * rowsPerFile + i) * 60_000_001n),
  money('amount', rowsPerFile, (i) => BigInt(i)),
  strings('shop', rowsPerFile, (i) => (file === 3 ? null : `shop ${file} ${i % 7}`)),
];

async function encode(file: number): Promise<WrittenFile[]> {
  const vectors = Object.fromEntries(columnsOf(file).map(({ name, vector }) => [name, vector]));
  const job = { tablePath: table.path, schema, partitionColumns: [], compression: 'snappy' as const };
  return codec.encode({ ...job, ipc: tableToIPC(new Table(vectors), 'stream') });
}

/** Waits for the commit and tells the relations, as the driver does. */
async function change<T>(commit: Promise<T>): Promise<T> {
  const result = await commit;
  relations.invalidate('lab');
  decoded.length = 0;
  return result;
}

const ask = (sql: string) => warehouse.rows(sql, lab);
const count = async (from: string) => (await ask(`select count(*)::int as n from ${from}`))[0]?.n;

beforeAll(() => initParquet(new URL(parquetWasm, location.href)));

beforeEach(async () => {
  let id = 0;
  decoded = [];
  store = new MemoryStore();
  const env = { clock: { now: () => (now += 60_000) }, newId: () => `${++id}`.padStart(8, '0') };
  const lake = new Lake(store, env);
  const direct = new DirectCodec(store, env);
  codec = {
    encode: (job) => direct.encode(job),
    decode: (job) => {
      decoded.push(job.add.path);
      return direct.decode(job);
    },
  };
  relations = new LakeRelations(lake, codec);
  warehouse = openWarehouse(relations);
  rows = createRowEngine(warehouse);
  table = lake.table({ lab: 'lab', schema: 'gold', name: 'sales' });
  await table.create(schema);
  for (let file = 0; file < files; file++) await table.append(await encode(file));
  decoded.length = 0;
  return () => warehouse.restart();
});

afterAll(() => warehouse.restart());

test('a condition on any column reads the files that can meet it, and no other', async () => {
  const conditions: [string, number][] = [
    ['id between 25000 and 25009', 1],
    ['id = 79999', 1],
    ["sold_at < timestamp '1970-01-02'", 1],
    ["shop >= 'shop 2' and shop < 'shop 3'", 1],
    ['shop is null and id < 70000', 1],
    ['id > 80000', 0],
  ];
  for (const [condition, read] of conditions) {
    await warehouse.dropRelation('lab', 'gold', 'sales');
    decoded.length = 0;
    const sql = `select count(*) as n, sum(amount) as a from gold.sales where ${condition}`;
    const [found] = await ask(sql);
    expect(decoded.length, condition).toBe(read);
    // An OR is not looked into.
    const [whole] = await ask(sql.replace(condition, `false or (${condition})`));
    expect(found, condition).toEqual(whole);
  }
});

test('rows are deleted by SQL, and versions before and after stand side by side', async () => {
  expect(await count('gold.sales')).toBe(files * rowsPerFile);
  const condition = 'id >= 25000 and id < 25010 and shop is not null';
  const report = await change(deleteWhere(table.log, { codec, rows }, condition));
  expect(report).toMatchObject({ rows: -10, version: files + 1 });
  expect(await count('gold.sales')).toBe(files * rowsPerFile - 10);
  expect(await count(`gold.sales@v${files}`)).toBe(files * rowsPerFile);
  expect(await count('gold.sales@v1')).toBe(rowsPerFile);
  const [gone] = await ask(
    `select count(*)::int as n, min(id) as first from (select id from gold.sales@v${files} except select id from gold.sales)`,
  );
  expect(gone).toEqual({ n: 10, first: 25_000 });
  await expect(
    deleteWhere(table.log, { codec, rows }, 'id in (select id from lab.gold.sales)'),
  ).rejects.toThrow(/not in sight/);
});

test('a moment means the last version at or before it', async () => {
  const [last, before] = await table.history();
  const moment = (timestamp = 0) => new Date(timestamp).toISOString().slice(0, 19);
  expect(await count(`gold.sales@${moment(last?.timestamp)}`)).toBe(files * rowsPerFile);
  expect(await count(`gold.sales@'${moment(before?.timestamp).replace('T', ' ')}'`)).toBe(
    (files - 1) * rowsPerFile,
  );
  expect(await count('gold.sales@2999-01-01')).toBe(files * rowsPerFile);
  await expect(count('gold.sales@2001-01-01')).rejects.toMatchObject({
    name: 'SqlError',
    column: 37,
    message: expect.stringContaining('first commit') as string,
  });
  await expect(count('gold.sales@v99')).rejects.toThrow('expected 0 to 4');
});

test('maintenance leaves the rows, a restore brings them back, and a vacuumed version says so', async () => {
  const sum = 'select sum(amount) as a, count(*) as n from gold.sales';
  const before = await ask(sum);
  await change(optimizeTable(table.log, { codec, rows }, { sortBy: ['shop'] }));
  expect((await table.snapshot()).files).toHaveLength(1);
  expect(await ask(sum)).toEqual(before);
  expect(decoded).toHaveLength(1);
  await change(deleteWhere(table.log, { codec, rows }, 'id >= 0'));
  expect(await ask(sum)).toEqual([{ a: null, n: 0 }]);
  await change(restoreTable(table.log, { version: files + 1 }));
  expect(await ask(sum)).toEqual(before);
  await change(vacuumTable(table.log, { retentionHours: 0 }));
  expect(await ask(sum)).toEqual(before);
  await expect(count('gold.sales@v2')).rejects.toMatchObject({
    name: 'VersionGoneError',
    message: expect.stringMatching(/Version 2 of lab\.gold\.sales.*versions 0, 5/) as string,
  });
});

test('files without statistics are read as others are', async () => {
  const [file] = await encode(5);
  if (!file) throw new Error('nothing was written');
  delete file.add.stats;
  await change(table.append([file]));
  expect(await count('gold.sales where id >= 100000')).toBe(rowsPerFile);
  expect(await count('gold.sales')).toBe((files + 1) * rowsPerFile);
  expect(decoded).toHaveLength(files + 1);
});

test('a damaged data file is told with its name, and harms no other table', async () => {
  const [, second] = (await table.snapshot()).files;
  const path = `${table.path}/${second?.path}`;
  const bytes = (await store.read(path)).slice();
  bytes.fill(0, 100, 200);
  await store.publish(path, bytes);
  await expect(count('gold.sales where id >= 0')).rejects.toMatchObject({
    name: 'HydrationError',
    file: second?.path,
    message: expect.stringMatching(/SHA-256.*table's page/) as string,
  });
  expect(await count('gold.sales@v1')).toBe(rowsPerFile);
  expect(await count('gold.sales where id < 100')).toBe(100);
});
