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

beforeEach(async () => {
  let id = 0;
  lake = new Lake(new MemoryStore(), { clock: { now: () => 1000 }, newId: () => `id-${++id}` });
  const table = lake.table({ lab: 'shop', schema: 'gold', name: 'sales' });
  await table.overwrite(schema, ['day'], [file('a.parquet', 3)], { runId: 'run-1' });
  await table.overwrite(schema, ['day'], [file('b.parquet', 4), file('c.parquet', 5)]);
  const columns = [{ name: 'day', type: 'DATE' }];
  await lake.publishView({ lab: 'shop', schema: 'silver', name: 'stg' }, 'select 1 as day', columns);
});

describe('what the lake holds', () => {
  it('lists tables, then views', async () => {
    expect(await listTables(lake, 'shop')).toEqual([
      { name: 'gold.sales', kind: 'table', version: 1, numFiles: 2, numRecords: 9, sizeInBytes: 90 },
      { name: 'silver.stg', kind: 'view', version: null, numFiles: 0, numRecords: 0, sizeInBytes: 0 },
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
