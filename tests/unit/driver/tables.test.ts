import { beforeEach, describe, expect, it } from 'vitest';
import { describeTable, listTables, locate, tableHistory } from '../../../workers/driver/tables.ts';
import { Lake } from '../../../workers/lake/lake.ts';
import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';

const schema = struct({ day: 'date', amount: 'decimal(18,2)' });
const file = (path: string, rows: number) => ({
  add: {
    path,
    partitionValues: { day: '2025-01-31' },
    size: 10 * rows,
    modificationTime: 1,
    dataChange: true,
    stats: `{"numRecords":${rows}}`,
  },
  numRecords: rows,
});

let lake: Lake;
let store: MemoryStore;
let now: number;

beforeEach(async () => {
  let id = 0;
  now = Date.UTC(2025, 0, 31, 9);
  store = new MemoryStore();
  lake = new Lake(store, { clock: { now: () => (now += 3_600_000) }, newId: () => `id-${++id}` });
  const table = lake.table({ lab: 'shop', schema: 'gold', name: 'sales' });
  await table.overwrite(schema, ['day'], [file('a.parquet', 3)], { runId: 'run-1' });
  await table.overwrite(schema, ['day'], [file('b.parquet', 4), file('c.parquet', 5)]);
  const columns = [{ name: 'day', type: 'DATE' }];
  await lake.publishView({ lab: 'shop', schema: 'silver', name: 'stg' }, 'select 1 as day', columns);
});

describe('what the lake holds', () => {
  it('lists tables, then views', async () => {
    expect(await listTables(lake, 'shop')).toEqual([
      {
        name: 'gold.sales',
        kind: 'table',
        version: 1,
        numFiles: 2,
        numRecords: 9,
        sizeInBytes: 90,
        problem: null,
      },
      {
        name: 'silver.stg',
        kind: 'view',
        version: null,
        numFiles: 0,
        numRecords: 0,
        sizeInBytes: 0,
        problem: null,
      },
    ]);
  });

  it('describes a table by columns and files, a view by its SQL', async () => {
    const table = await describeTable(lake, 'shop', 'gold.sales');
    expect(table.columns).toEqual([
      { name: 'day', type: 'DATE', nullable: true, partition: true },
      { name: 'amount', type: 'DECIMAL(18,2)', nullable: true, partition: false },
    ]);
    expect(table.files.map(({ path, numRecords }) => [path, numRecords])).toEqual([
      ['b.parquet', 4],
      ['c.parquet', 5],
    ]);
    expect(await describeTable(lake, 'shop', 'silver.stg')).toMatchObject({
      kind: 'view',
      sql: 'select 1 as day',
    });
  });

  it('tells which run made a version', async () => {
    const history = await tableHistory(lake, 'shop', 'gold.sales');
    expect(history.map(({ version, runId }) => [version, runId])).toEqual([
      [1, null],
      [0, 'run-1'],
    ]);
    expect(await tableHistory(lake, 'shop', 'silver.stg')).toEqual([]);
  });

  it('finds a table by two or three names, and names those that exist otherwise', async () => {
    expect(await locate(lake, 'other', 'shop.gold.sales')).toEqual({
      lab: 'shop',
      schema: 'gold',
      name: 'sales',
    });
    await expect(locate(lake, 'shop', 'gold.sale')).rejects.toThrow(
      "There is no table 'gold.sale'. Known: gold.sales, silver.stg.",
    );
    await expect(locate(lake, 'shop', 'sales')).rejects.toThrow(/no table 'sales'/);
  });
});

describe('a table as it was', () => {
  const rowsAt = async (at?: number | string) =>
    (await describeTable(lake, 'shop', 'gold.sales', at)).numRecords;

  it('at a version', async () => {
    const added = struct({ day: 'date', amount: 'decimal(18,2)', note: 'string' });
    await lake.table({ lab: 'shop', schema: 'gold', name: 'sales' }).overwrite(added, ['day'], []);
    const first = await describeTable(lake, 'shop', 'gold.sales', 0);
    expect(first).toMatchObject({ version: 0, numFiles: 1, numRecords: 3 });
    expect(first.columns.map(({ name }) => name)).toEqual(['day', 'amount']);
    expect(first.files.map(({ path }) => path)).toEqual(['a.parquet']);
    expect((await describeTable(lake, 'shop', 'gold.sales')).columns).toHaveLength(3);
    await expect(rowsAt(9)).rejects.toThrow('Table shop.gold.sales has no version 9: expected 0 to 2.');
  });

  it('at a moment, in UTC unless it has a zone', async () => {
    const [second, first] = await tableHistory(lake, 'shop', 'gold.sales');
    const at = (timestamp = 0) => new Date(timestamp).toISOString();
    expect(await rowsAt(at(first?.timestamp))).toBe(3);
    expect(await rowsAt(at((second?.timestamp ?? 0) - 1).replace('Z', ''))).toBe(3);
    expect(await rowsAt(at(second?.timestamp).replace('T', ' '))).toBe(9);
    expect(await rowsAt('2025-02-01')).toBe(9);
    await expect(rowsAt('2025-01-31')).rejects.toMatchObject({ name: 'TimestampNotFoundError' });
    for (const text of ['yesterday', '2025-02-30', '2025-01-31T25:00', '', '3'])
      await expect(rowsAt(text), text).rejects.toMatchObject({ name: 'InvalidMomentError' });
  });
});

describe('a table whose log is broken', () => {
  beforeEach(async () => {
    const torn = lake.table({ lab: 'shop', schema: 'gold', name: 'torn' });
    for (const path of ['d', 'e', 'f']) await torn.overwrite(schema, ['day'], [file(path, 2)]);
    const bytes = new TextEncoder().encode('{"commitInfo":');
    await store.publish('lake/shop/gold/torn/_delta_log/00000000000000000001.json', bytes);
    lake = new Lake(store, { clock: { now: () => ++now }, newId: () => 'id' });
  });

  it('is listed with its problem beside those in order', async () => {
    const tables = await listTables(lake, 'shop');
    expect(tables.map(({ name, version, numRecords }) => [name, version, numRecords])).toEqual([
      ['gold.sales', 1, 9],
      ['gold.torn', null, 0],
      ['silver.stg', null, 0],
    ]);
    expect(tables.map(({ problem }) => problem?.kind)).toEqual([undefined, 'log', undefined]);
    expect(tables[1]?.problem).toMatchObject({ readable: false });
  });

  it('can be looked at, with what mends it', async () => {
    const torn = await describeTable(lake, 'shop', 'gold.torn');
    expect(torn).toMatchObject({ name: 'gold.torn', kind: 'table', version: null, columns: [], files: [] });
    expect(torn.problem?.repairs).toMatchObject([{ kind: 'truncateLog', version: 0 }]);
    expect((await tableHistory(lake, 'shop', 'gold.torn')).map(({ version }) => version)).toEqual([2, 0]);
  });
});
