import { afterAll, beforeEach, expect, test } from 'vitest';
import { bigints, MemoryLake, openWarehouse } from './memory-lake.ts';

const lake = new MemoryLake();
const warehouse = openWarehouse(lake);
const readLake = lake.read.bind(lake);
let labs = 0;
let name = '';
let lab: { catalog: string };

beforeEach(() => {
  name = `lab${++labs}`;
  lab = { catalog: name };
  lake.read = readLake;
  lake.put(name, 'gold', 'good', [bigints('n', 3)]);
});

afterAll(() => warehouse.restart());

test('only statements that name a table that cannot be read fail, through views too', async () => {
  lake.putDamaged(name, 'gold', 'torn', 'log entry 3 is missing.');
  lake.putView(name, 'gold', 'over_torn', 'select * from gold.torn');
  expect(await warehouse.rows('select count(*) as n from gold.good', lab)).toEqual([{ n: 3 }]);
  const told = {
    name: 'TableDamagedError',
    message: expect.stringMatching(
      new RegExp(`^${name}\\.gold\\.torn cannot be read: log entry 3 is missing\\..*table's page`),
    ) as string,
  };
  for (const sql of [
    'select * from gold.torn',
    `select * from ${name}.gold.torn`,
    'select count(*) from gold.good where n in (select n from "gold"."TORN")',
    'select * from gold.over_torn',
    'describe gold.torn',
  ])
    await expect(warehouse.rows(sql, lab), sql).rejects.toMatchObject(told);
  await expect(warehouse.columnsOf('select * from gold.torn', lab)).rejects.toMatchObject(told);
  expect(await warehouse.rows("select 'gold.torn' as t from gold.good limit 1", lab)).toEqual([
    { t: 'gold.torn' },
  ]);
});

test('a table that is mended can be read again, and so can its views', async () => {
  lake.put(name, 'gold', 'torn', [bigints('n', 5)]);
  lake.putView(name, 'gold', 'v', 'select max(n) as m from gold.torn');
  expect(await warehouse.rows('select m from gold.v', lab)).toEqual([{ m: 4 }]);
  lake.putDamaged(name, 'gold', 'torn', 'its log is gone.');
  await expect(warehouse.rows('select m from gold.v', lab)).rejects.toMatchObject({
    name: 'TableDamagedError',
  });
  lake.put(name, 'gold', 'torn', [bigints('n', 7)]);
  expect(await warehouse.rows('select m from gold.v', lab)).toEqual([{ m: 6 }]);
});

test('a data file that is missing is told with the table, and harms no other', async () => {
  lake.put(name, 'gold', 'holed', [bigints('n', 5)]);
  lake.read = async function* (relation, ...rest) {
    if (relation.name === 'good') return yield* readLake(relation, ...rest);
    throw Object.assign(new Error('File not found in the store: lake/x/part-1.parquet.'), {
      name: 'FileNotFoundError',
      file: 'part-1.parquet',
    });
  };
  await expect(warehouse.rows('select * from gold.holed', lab)).rejects.toMatchObject({
    name: 'HydrationError',
    table: `${name}.gold.holed`,
    file: 'part-1.parquet',
    message: expect.stringMatching(/part-1\.parquet.*table's page/) as string,
  });
  expect(await warehouse.rows('select count(*) as n from gold.good', lab)).toEqual([{ n: 3 }]);
  lake.read = readLake;
  expect(await warehouse.rows('select count(*) as n from gold.holed', lab)).toEqual([{ n: 5 }]);
});
