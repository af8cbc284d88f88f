import { beforeEach, expect, test } from 'vitest';
import { randomOf } from '../../unit/warehouse/random-queries.ts';
import { bigints, dates, MemoryLake, money, openWarehouse, strings } from './memory-lake.ts';

const days = 20;
const perDay = 3_000;
const rows = days * perDay;
const firstDay = 20_089;
const lake = new MemoryLake();
const warehouse = openWarehouse(lake);
const readLake = lake.read.bind(lake);
let labs = 0;
let name = '';
let lab: { catalog: string };

const dayText = (day: number) => new Date((firstDay + day) * 86_400_000).toISOString().slice(0, 10);

function putSales(catalog: string, first = 0): void {
  const pieces = Array.from({ length: days }, (_, day) => ({
    id: dayText(day),
    partitionValues: { day: dayText(day) },
    bounds: { id: { min: String(first + day * perDay), max: String(first + (day + 1) * perDay - 1) } },
    numRecords: perDay,
  }));
  const columns = [
    bigints('id', rows, (i) => BigInt(i + first)),
    money('amount', rows, (i) => BigInt(i % 1000)),
    strings('shop', rows, (i) => (i % 5 === 0 ? null : `shop ${i % 7}`)),
    dates('day', rows, (i) => firstDay + Math.floor(i / perDay)),
  ];
  lake.put(catalog, 'gold', 'sales', columns, undefined, pieces);
}

beforeEach(() => {
  name = `lab${++labs}`;
  lab = { catalog: name };
  lake.read = readLake;
  putSales(name);
  lake.reads.length = 0;
});

const countOf = (day: number) =>
  `select count(*) as n, min(id) as first from gold.sales where day = '${dayText(day)}'`;

test('only the partitions that a query needs are read, and more when another needs them', async () => {
  expect(await warehouse.rows(countOf(3), lab)).toEqual([{ n: perDay, first: 3 * perDay }]);
  expect(await warehouse.rows(countOf(3), lab)).toEqual([{ n: perDay, first: 3 * perDay }]);
  expect(await warehouse.rows(countOf(1), lab)).toEqual([{ n: perDay, first: perDay }]);
  expect(await warehouse.rows(countOf(3), lab)).toEqual([{ n: perDay, first: 3 * perDay }]);
  expect(lake.reads).toEqual([
    `sales@0: id, day [${dayText(3)}]`,
    `sales@0: id, day [${dayText(1)}, ${dayText(3)}]`,
  ]);
  const sum = `select sum(amount) as a from gold.sales where day between date '${dayText(1)}' and '${dayText(1)}'`;
  expect(await warehouse.rows(sum, lab)).toEqual([{ a: '14985.00' }]);
  expect(lake.reads.at(-1)).toBe(`sales@0: id, amount, day [${dayText(1)}, ${dayText(3)}]`);
  expect(await warehouse.rows('select count(*) as n from gold.sales', lab)).toEqual([{ n: rows }]);
  expect(await warehouse.rows(countOf(19), lab)).toEqual([{ n: perDay, first: 19 * perDay }]);
  expect(lake.reads.slice(3)).toEqual(['sales@0: id, amount, day']);
});

test('a filter on a sorted column reads the file it can match', async () => {
  const from = (first: number, last: number) =>
    `select count(*) as n, sum(amount) as a from gold.sales s where s.id >= ${first} and s.id <= ${last}`;
  expect(await warehouse.rows(from(7 * perDay, 7 * perDay + 9), lab)).toEqual([{ n: 10, a: '0.45' }]);
  expect(lake.reads).toEqual([`sales@0: id, amount [${dayText(7)}]`]);
  expect(await warehouse.rows(from(8 * perDay - 1, 8 * perDay), lab)).toMatchObject([{ n: 2 }]);
  expect(lake.reads.at(-1)).toBe(`sales@0: id, amount [${dayText(7)}, ${dayText(8)}]`);
  expect(await warehouse.rows('select count(*) as n from gold.sales where id > 60000', lab)).toEqual([
    { n: 0 },
  ]);
  expect(await warehouse.rows('select count(*) as n from gold.sales where id is null', lab)).toEqual([
    { n: 0 },
  ]);
});

test('looking at one file after another never costs much more than the whole table', async () => {
  let loaded = 0;
  lake.read = (relation, columns, signal, pieces) => {
    loaded += (pieces ?? relation.pieces ?? []).reduce((sum, piece) => sum + piece.numRecords, 0);
    return readLake(relation, columns, signal, pieces);
  };
  for (let day = 0; day < days; day++)
    expect(await warehouse.rows(countOf(day), lab)).toEqual([{ n: perDay, first: day * perDay }]);
  expect(loaded).toBeLessThanOrEqual(1.5 * rows);
});

test('a filter that lets most rows through loads all of them', async () => {
  const sql = `select count(*) as n from gold.sales where day >= '${dayText(2)}'`;
  expect(await warehouse.rows(sql, lab)).toEqual([{ n: rows - 2 * perDay }]);
  expect(lake.reads).toEqual(['sales@0: day']);
});

test('a filter that no partition meets reads nothing', async () => {
  const sql = "select count(*) as n from gold.sales where day = '1999-01-01'";
  expect(await warehouse.rows(sql, lab)).toEqual([{ n: 0 }]);
  expect(lake.reads).toEqual([]);
  expect(await warehouse.rows('select count(*) as n from gold.sales', lab)).toEqual([{ n: rows }]);
});

test('views, temporary views and streams see all rows they ask for', async () => {
  lake.putView(name, 'gold', 'v', 'select id, day from gold.sales');
  await warehouse.rows(countOf(3), lab);
  await warehouse.query(`create temp view w as select id, day from gold.sales`, lab);
  await warehouse.rows(countOf(3), lab);
  expect(await warehouse.rows('select count(*) as n from w', lab)).toEqual([{ n: rows }]);
  expect(await warehouse.rows(`select count(*) as n from gold.v where day <> '${dayText(3)}'`, lab)).toEqual([
    { n: rows - perDay },
  ]);
  const stream = await warehouse.stream(`select id from gold.sales where day = '${dayText(7)}'`, lab);
  let read = 0;
  for await (const { numRows } of stream.batches) read += numRows;
  expect(read).toBe(perDay);
});

test('a new version drops the partitions of the old one', async () => {
  await warehouse.rows(countOf(3), lab);
  putSales(name, 1_000_000);
  expect(await warehouse.rows(countOf(3), lab)).toEqual([{ n: perDay, first: 1_000_000 + 3 * perDay }]);
  expect(lake.reads.at(-1)).toBe(`sales@1: id, day [${dayText(3)}]`);
});

test('missing rows of the partitions asked for are noticed', async () => {
  lake.read = (relation, columns, signal) =>
    readLake(relation, columns, signal, relation.pieces?.slice(0, 0));
  await expect(warehouse.rows(countOf(3), lab)).rejects.toMatchObject({
    name: 'HydrationError',
    expected: `${perDay} rows at version 0, in 1 of its files`,
    actual: '0 rows',
  });
  lake.read = readLake;
  expect(await warehouse.rows(countOf(3), lab)).toEqual([{ n: perDay, first: 3 * perDay }]);
});

test('a typo over a partial copy is still told with all columns', async () => {
  await warehouse.rows(countOf(3), lab);
  const typo = warehouse.rows(`select amuont from gold.sales where day = '${dayText(4)}'`, lab);
  await expect(typo).rejects.toMatchObject({
    name: 'SqlError',
    hint: expect.stringContaining('"amount"') as string,
  });
  expect(lake.reads).toHaveLength(1);
});

test('a sequence of random queries answers as over the whole table', async () => {
  const random = randomOf(11);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const day = () => `'${dayText(Math.floor(random() * (days + 2)))}'`;
  const filter = (): string =>
    pick([
      () => `day = ${day()}`,
      () => `day in (${day()}, date ${day()})`,
      () => `day between ${day()} and ${day()}`,
      () => `(day >= ${day()} and day < ${day()} and shop is not null)`,
      () => `day = ${day()} or id < 10`,
      () => `not day = ${day()}`,
    ])();
  const whole = openWarehouse(lake);
  await whole.rows('select count(*) as n from (select * from gold.sales)', lab);
  for (let i = 0; i < 60; i++) {
    // A new version makes the copy start from nothing.
    if (i % 6 === 0) putSales(name, i);
    if (i % 6 === 0) await whole.rows('select count(*) as n from (select * from gold.sales)', lab);
    const sql = pick([
      () =>
        `select shop, count(*) as n, sum(amount) as a from gold.sales where ${filter()} group by shop order by shop`,
      () =>
        `with c as (select id, day from gold.sales where ${filter()}) select day, max(id) as m from c group by day order by day`,
      () => `select s.id, s.day from gold.sales s where ${filter()} and id % 100 = 3 order by id`,
      () =>
        `select count(*) as n from gold.sales where ${filter()} union all select max(id) from gold.sales where ${filter()}`,
    ])();
    expect(await warehouse.rows(sql, lab), sql).toEqual(await whole.rows(sql, lab));
  }
  whole.restart();
  expect(lake.reads.filter((read) => read.includes('[')).length).toBeGreaterThan(5);
});
