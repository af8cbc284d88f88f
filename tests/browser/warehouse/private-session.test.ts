import { RecordBatchReader, Table, tableToIPC } from 'apache-arrow';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { rowsFromIpc, type PlainRow } from '../../../workers/warehouse/rows.ts';
import type { PrivateSession } from '../../../workers/warehouse/private-session.ts';
import {
  bigints,
  MemoryLake,
  money,
  openWarehouse,
  strings,
  timestamps,
  type MemoryColumn,
} from './memory-lake.ts';

const lake = new MemoryLake();
const warehouse = openWarehouse(lake);
const lab = { catalog: 'lab' };
let session: PrivateSession;

const sales = (rows: number, first = 0): MemoryColumn[] => [
  bigints('id', rows, (i) => BigInt(i + first)),
  timestamps('sold_at', rows, (i) => BigInt(i + first) * 1_000_001n),
  money('amount', rows, (i) => BigInt(i + first) - 5n),
  strings('shop', rows, (i) => ((i + first) % 3 === 0 ? null : `shop ${(i + first) % 7}`)),
];

function streamOf(columns: MemoryColumn[]): Uint8Array {
  return tableToIPC(
    new Table(Object.fromEntries(columns.map(({ name, vector }) => [name, vector]))),
    'stream',
  );
}

async function load(into: PrivateSession, table: string, ...parts: MemoryColumn[][]): Promise<void> {
  await into.load(table, parts[0] ?? [], parts.map(streamOf));
}

async function streamsOf(streams: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const stream of streams) all.push(stream);
  return all;
}

async function rowsOf(from: PrivateSession, sql: string, signal?: AbortSignal): Promise<PlainRow[]> {
  const rows: PlainRow[] = [];
  for await (const stream of from.select(sql, signal)) rows.push(...rowsFromIpc(stream));
  return rows;
}

beforeEach(async () => {
  lake.put('lab', 'gold', 't', [bigints('n', 3)]);
  session = await warehouse.openPrivate();
});

afterAll(() => warehouse.restart());

test('rows come back exact: NULLs, decimals, naive UTC timestamps', async () => {
  await load(session, 'target', sales(4), sales(3, 4));
  expect(await rowsOf(session, 'select * from target where id in (3, 4, 6) order by id')).toEqual([
    { id: 3, sold_at: '1970-01-01T00:00:03.000003Z', amount: '-0.02', shop: null },
    { id: 4, sold_at: '1970-01-01T00:00:04.000004Z', amount: '-0.01', shop: 'shop 4' },
    { id: 6, sold_at: '1970-01-01T00:00:06.000006Z', amount: '0.01', shop: null },
  ]);
  const [stream] = await streamsOf(session.select('select sold_at from target'));
  expect(RecordBatchReader.from(stream).open().schema.fields[0]?.type.toString()).toBe(
    'Timestamp<MICROSECOND>',
  );
});

test('many rows come as several streams, no rows as none', async () => {
  await load(session, 'target', sales(200_000), sales(100_000, 200_000));
  const streams = await streamsOf(session.select('select id, shop from target order by id desc'));
  const counts = streams.map((stream) => rowsFromIpc(stream).length);
  expect(counts).toEqual([122_880, 122_880, 54_240]);
  expect(await streamsOf(session.select('select id from target where id < 0'))).toEqual([]);
});

test('sessions are private: not to be seen by another, by queries, or in the catalog', async () => {
  const other = await warehouse.openPrivate();
  await load(session, 'target', sales(2));
  await load(other, 'target', sales(5));
  expect(await rowsOf(session, 'select count(*) as n from target')).toEqual([{ n: 2 }]);
  expect(await rowsOf(other, 'select count(*) as n from target')).toEqual([{ n: 5 }]);
  await expect(warehouse.rows('select * from target', lab)).rejects.toMatchObject({ name: 'SqlError' });
  await expect(warehouse.rows('select * from temp.main.target', lab)).rejects.toMatchObject({
    name: 'SqlError',
  });
  const listed = await warehouse.rows('select table_name as name from information_schema.tables', lab);
  expect(listed).toEqual([{ name: 't' }]);
  await other.close();
  expect(await rowsOf(session, 'select count(*) as n from target')).toEqual([{ n: 2 }]);
});

test('other statements have their turn between two streams, and a SELECT left early blocks nothing', async () => {
  await load(session, 'target', sales(300_000));
  for await (const stream of session.select('select * from target')) {
    expect(rowsFromIpc(stream)).toHaveLength(122_880);
    expect(await warehouse.rows('select count(*) as n from gold.t', lab)).toEqual([{ n: 3 }]);
    await expect(load(session, 'more', sales(1))).rejects.toThrow(/still being read/);
    break;
  }
  await session.drop('target');
  await load(session, 'target', sales(1));
  expect(await rowsOf(session, 'select count(*) as n from target')).toEqual([{ n: 1 }]);
});

test('an abort ends a SELECT, and the session goes on', async () => {
  await load(session, 'target', sales(2));
  const abort = new AbortController();
  const slow = rowsOf(
    session,
    'select sum(a.i * b.i) as s from range(100000) a(i), range(10000000) b(i)',
    abort.signal,
  );
  setTimeout(() => abort.abort(), 200);
  await expect(slow).rejects.toMatchObject({ name: 'QueryCancelledError' });
  expect(await rowsOf(session, 'select max(id) as m from target')).toEqual([{ m: 1 }]);
});

test('errors point into the text', async () => {
  await load(session, 'target', sales(2));
  await expect(rowsOf(session, 'select id\nfrom target where amuont > 3')).rejects.toMatchObject({
    name: 'SqlError',
    line: 2,
    column: 19,
    hint: expect.stringContaining('"amount"') as string,
  });
  await expect(rowsOf(session, "select id + 'x' from target")).rejects.toMatchObject({
    name: 'SqlError',
    line: 1,
  });
  await expect(rowsOf(session, 'select id from target where')).rejects.toMatchObject({ name: 'SqlError' });
  expect(await rowsOf(session, 'select count(*) as n from target')).toEqual([{ n: 2 }]);
});

test('only one SELECT, and only of its own tables', async () => {
  await load(session, 'target', sales(2));
  await warehouse.rows('select * from gold.t', lab);
  for (const sql of [
    'delete from target',
    'select 1; select 2',
    '',
    'select * from target where id in (select n from lab.gold.t)',
    'select * from target where id in (select n from "LAB".gold."t")',
    "select * from query('select * from lab.gold.t')",
    "select * from read_csv('https://example.com/x.csv')",
  ])
    await expect(rowsOf(session, sql), sql).rejects.toMatchObject({ name: 'SqlError' });
});

test('a damaged stream is refused, never counted as fewer rows', async () => {
  await load(session, 'target', sales(2));
  await expect(load(session, 'target', [...sales(2)].reverse())).rejects.toMatchObject({
    name: 'HydrationError',
    expected: 'columns id, sold_at, amount, shop',
  });
  const words = [...sales(2).slice(0, 3), bigints('shop', 2)].map((column) => ({ ...column }));
  words[0] = strings('id', 2, () => 'no number');
  await expect(load(session, 'target', words)).rejects.toMatchObject({ name: 'HydrationError' });
  expect(await rowsOf(session, 'select count(*) as n from target')).toEqual([{ n: 2 }]);
  const stream = streamOf(sales(100));
  const cut = stream.slice(0, stream.byteLength - 400);
  await expect(session.load('target', sales(1), [cut])).rejects.toThrow();
  const another = await warehouse.openPrivate();
  await load(another, 'target', sales(3));
  expect(await rowsOf(another, 'select count(*) as n from target')).toEqual([{ n: 3 }]);
});

test('nothing outlives a restart, and a closed session says so', async () => {
  await load(session, 'target', sales(2));
  warehouse.restart('a test');
  await expect(rowsOf(session, 'select * from target')).rejects.toMatchObject({
    name: 'WarehouseRestartedError',
    message: expect.stringContaining('a test') as string,
  });
  await session.close();
  await expect(rowsOf(session, 'select 1')).rejects.toThrow(/closed/);
});
