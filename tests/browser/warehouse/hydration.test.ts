import { beforeEach, describe, expect, test } from 'vitest';
import { bigints, MemoryLake, money, openWarehouse, strings, timestamps } from './memory-lake.ts';

const rows = 60_000;
const lake = new MemoryLake();
const warehouse = openWarehouse(lake);
const readLake = lake.read.bind(lake);
let labs = 0;
/** Each test has a catalog of its own. */
let name = '';
let lab: { catalog: string };

beforeEach(() => {
  name = `lab${++labs}`;
  lab = { catalog: name };
  lake.reads.length = 0;
  lake.read = readLake;
  lake.damage = (stream) => stream;
  lake.put(name, 'bronze', 'sales', [
    bigints('id', rows),
    timestamps('sold_at', rows, (i) => BigInt(i) * 1_000_001n),
    money('amount', rows, (i) => BigInt(i) - 5n),
    strings('Shop Name', rows, (i) => (i % 3 === 0 ? null : `shop ${i % 7}`)),
  ]);
  lake.put(name, 'bronze', 'shops', [bigints('id', 3), strings('city', 3, (i) => `city ${i}`)]);
});

test('a table is hydrated when it is named, with exact values and naive UTC timestamps', async () => {
  const result = await warehouse.rows('select * from bronze.sales where id in (1, 6) order by id', lab);
  expect(result).toEqual([
    { id: 1, sold_at: '1970-01-01T00:00:01.000001Z', amount: '-0.04', 'Shop Name': 'shop 1' },
    { id: 6, sold_at: '1970-01-01T00:00:06.000006Z', amount: '0.01', 'Shop Name': null },
  ]);
  expect(await warehouse.columnsOf('select * from bronze.sales', lab)).toEqual([
    { name: 'id', type: 'BIGINT' },
    { name: 'sold_at', type: 'TIMESTAMP' },
    { name: 'amount', type: 'DECIMAL(18,2)' },
    { name: 'Shop Name', type: 'VARCHAR' },
  ]);
});

test('a view does not keep a partial copy from growing', async () => {
  lake.putView(name, 'silver', 'v', 'select id as sale, amount from bronze.sales');
  lake.putView(name, 'gold', 'a_over_v', 'select sum(amount) as total from silver.v');
  expect(await warehouse.rows('select total from gold.a_over_v', lab)).toEqual([{ total: '17996700.00' }]);
  expect(warehouse.hydratedColumns(name, 'bronze', 'sales')).toEqual(['id', 'amount']);
  expect(await warehouse.rows('select count("shop name") as n from bronze.sales', lab)).toEqual([
    { n: 40_000 },
  ]);
  expect(warehouse.hydratedColumns(name, 'bronze', 'sales')).toEqual(['id', 'amount', 'Shop Name']);
  expect(await warehouse.rows('select max(sale) as m from silver.v', lab)).toEqual([{ m: rows - 1 }]);
  expect(lake.reads).toHaveLength(2);
});

describe('only the columns that are needed', () => {
  test.each([
    ['select count(*) as n from bronze.sales', 'id'],
    ['select sum(amount) from bronze.sales where id > 3', 'id, amount'],
    ['with sales as (select amount from bronze.sales) select sum(amount) from sales', 'amount'],
    ['select s.amount * 2 from bronze.sales as s', 'amount'],
    ['select (select max(id) from bronze.sales) as m', 'id'],
    ['select extract(year from sold_at) as y, count(*) from bronze.sales group by all', 'sold_at'],
    ['explain select amount from bronze.sales', 'amount'],
    ['select * from bronze.sales', 'all'],
    ['select s.* from bronze.sales s', 'all'],
    ['select s from bronze.sales s', 'all'],
    ['select sales from bronze.sales', 'all'],
    ['select max(columns(*)) from bronze.sales', 'all'],
    ['from bronze.sales', 'all'],
    ['select p from bronze.sales as s(p, q, r)', 'all'],
    ['select #1 from bronze.sales', 'all'],
    ['select id from bronze.sales natural join bronze.shops', 'all'],
    ['summarize bronze.sales', 'all'],
    ['table bronze.sales', 'all'],
    ["select count(*) from query_table('bronze.sales')", 'all'],
    ['select "1_c" from (pivot bronze.sales on id in (1) using count(*) as c)', 'all'],
    ['select count(*) from (select s.city, sales.id from bronze.shops s, bronze.sales)', 'all'],
  ])('%s', async (sql, columns) => {
    await warehouse.query(sql, { ...lab, limit: 10 });
    const all = ['id', 'sold_at', 'amount', 'Shop Name'].join(', ');
    expect(lake.reads.filter((read) => read.startsWith('sales'))).toEqual([
      `sales@0: ${columns === 'all' ? all : columns}`,
    ]);
  });

  test.each([
    'select p from bronze.sales as s(p, q, r) where p = 2',
    'select #1 as p from bronze.sales where id = 2',
    'select s.p from (select sales as p from bronze.sales where id = 2) s',
    'with c(p) as (select id from bronze.sales) select p from c where p = 2',
    'from bronze.sales select id as p where id = 2',
    'select "ID" as p from LAB.Bronze.SALES where Id = 2',
  ])('same rows as over the whole table: %s', async (template) => {
    const sql = template.replace('LAB', name.toUpperCase());
    const pruned = await warehouse.rows(sql, lab);
    await warehouse.rows('select count(*) from (select * from bronze.sales)', lab);
    expect(pruned).toHaveLength(1);
    expect(await warehouse.rows(sql, lab)).toEqual(pruned);
  });
});

test('temporary views and tables are hydrated through', async () => {
  await warehouse.query('create temp view cheap as select id from bronze.sales where amount < 0', lab);
  expect(await warehouse.rows('select count(*) as n from cheap', lab)).toEqual([{ n: 5 }]);
  await warehouse.query('create temp table kept as select * from cheap', lab);
  await warehouse.query('delete from kept where id = 0', lab);
  await warehouse.query('create temp macro cheapest() as (select min(amount) from bronze.sales)', lab);
  expect(await warehouse.rows('select cheapest() as c, (select count(*) from kept) as n', lab)).toEqual([
    { c: '-0.05', n: 4 },
  ]);
});

test('a computed table name is refused, not answered from an empty shell', async () => {
  const computed = warehouse.rows("select count(*) from query_table('bronze.' || 'sales')", lab);
  await expect(computed).rejects.toMatchObject({
    name: 'SqlError',
    message: expect.stringContaining('literal') as string,
  });
});

test('a typo costs no hydration, and the suggestions know all columns', async () => {
  await warehouse.rows('select id from bronze.sales limit 1', lab);
  await expect(warehouse.rows('select\n  id, amuont\nfrom bronze.sales', lab)).rejects.toMatchObject({
    name: 'SqlError',
    line: 2,
    column: 7,
    hint: expect.stringContaining('"amount"') as string,
  });
  expect(lake.reads).toEqual(['sales@0: id']);
  expect(warehouse.hydratedColumns(name, 'bronze', 'sales')).toEqual(['id']);
});

test('metadata shows all tables and columns, hydrated or not', async () => {
  await warehouse.rows('select id from bronze.sales limit 1', lab);
  const columns = await warehouse.rows(
    `select table_name as t, count(*) as n from information_schema.columns where table_catalog = '${name}' group by all order by t`,
    lab,
  );
  expect(columns).toEqual([
    { t: 'sales', n: 4 },
    { t: 'shops', n: 2 },
  ]);
  expect(await warehouse.rows('describe bronze.sales', lab)).toHaveLength(4);
});

test('a new version is loaded again, with its new columns', async () => {
  expect(await warehouse.rows('select count(*) as n from bronze.shops', lab)).toEqual([{ n: 3 }]);
  lake.putView(name, 'silver', 'all_shops', 'select * from bronze.shops');
  expect(await warehouse.rows('select * from silver.all_shops where id = 0', lab)).toEqual([
    { id: 0, city: 'city 0' },
  ]);
  lake.put(name, 'bronze', 'shops', [bigints('id', 2), strings('country', 2, () => 'CH')]);
  expect(await warehouse.rows('select * from silver.all_shops where id = 0', lab)).toEqual([
    { id: 0, country: 'CH' },
  ]);
  expect(await warehouse.rows('select count(*) as n from bronze.shops', lab)).toEqual([{ n: 2 }]);
});

test('queries that need the same table share one load', async () => {
  const answers = await Promise.all(
    [1, 2, 3].map((id) => warehouse.rows(`select amount from bronze.sales where id = ${id}`, lab)),
  );
  expect(answers.map(([row]) => row?.amount)).toEqual(['-0.04', '-0.03', '-0.02']);
  expect(lake.reads).toHaveLength(1);
});

test('tables of another lab are read by their full name', async () => {
  lake.put('other', 'gold', 'x', [bigints('id', 4)]);
  expect(await warehouse.rows('select count(*) as n from other.gold.x, bronze.shops', lab)).toEqual([
    { n: 12 },
  ]);
});

describe('a copy that cannot be trusted is refused', () => {
  test('too few rows', async () => {
    lake.put(name, 'bronze', 'short', [bigints('id', 5)], 6);
    await expect(warehouse.rows('select * from bronze.short', lab)).rejects.toMatchObject({
      name: 'HydrationError',
      table: `${name}.bronze.short`,
      expected: '6 rows at version 0',
      actual: '5 rows',
    });
    lake.put(name, 'bronze', 'short', [bigints('id', 6)]);
    expect(await warehouse.rows('select count(*) as n from bronze.short', lab)).toEqual([{ n: 6 }]);
  });

  test('damaged bytes, then whole ones', async () => {
    lake.damage = (stream) => stream.slice(0, stream.byteLength - 200);
    await expect(warehouse.rows('select * from bronze.sales', lab)).rejects.toMatchObject({
      name: 'HydrationError',
    });
    lake.damage = (stream) => stream;
    expect(await warehouse.rows('select count(*) as n from bronze.sales', lab)).toEqual([{ n: rows }]);
  });

  test('a stream without its end is completed', async () => {
    lake.damage = (stream) => stream.slice(0, stream.byteLength - 8);
    expect(await warehouse.rows('select count(*) as n from bronze.sales', lab)).toEqual([{ n: rows }]);
  });

  test('swapped columns', async () => {
    lake.read = (relation) => readLake(relation, ['amount', 'id', 'sold_at', 'Shop Name']);
    await expect(warehouse.rows('select * from bronze.sales', lab)).rejects.toMatchObject({
      name: 'HydrationError',
    });
  });
});

test('least recently used copies make room', async () => {
  const small = openWarehouse(lake, { cacheLimit: 1 });
  await small.rows('select id from bronze.sales limit 1', lab);
  await small.rows('select id from bronze.shops limit 1', lab);
  expect(small.hydratedColumns(name, 'bronze', 'sales')).toBeNull();
  expect(await small.rows('select count(*) as n from bronze.sales', lab)).toEqual([{ n: rows }]);
  small.restart();
});

test('views made at once stay until dropped, broken ones say why', async () => {
  await warehouse.createView(name, 'staging', 'v', 'select id, city from bronze.shops;');
  expect(await warehouse.rows('select count(city) as n from staging.v', lab)).toEqual([{ n: 3 }]);
  await expect(
    warehouse.createView(name, 'staging', 'w', 'select\nnope from staging.v'),
  ).rejects.toMatchObject({
    name: 'SqlError',
    line: 2,
    column: 1,
  });
  warehouse.restart();
  expect(await warehouse.tableNames('select city from staging.v', lab)).toEqual([`${name}.bronze.shops`]);
  expect(await warehouse.rows('select max(city) as c from staging.v', lab)).toEqual([{ c: 'city 2' }]);
  await warehouse.dropRelation(name, 'staging', 'v');
  await expect(warehouse.rows('select 1 from staging.v', lab)).rejects.toMatchObject({ name: 'SqlError' });
  lake.putView(name, 'silver', 'broken', 'select gone from bronze.shops');
  await expect(warehouse.rows('select * from silver.broken', lab)).rejects.toThrow(/gone/);
  expect(await warehouse.rows('select 1 as one', lab)).toEqual([{ one: 1 }]);
});
