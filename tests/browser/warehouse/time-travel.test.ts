import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { bigints, MemoryLake, openWarehouse, strings } from './memory-lake.ts';

const lake = new MemoryLake();
const warehouse = openWarehouse(lake);
let labs = 0;
let name = '';
let lab: { catalog: string };

/** Version n has n + 1 rows, from version 2 on a second column. */
beforeEach(() => {
  name = `lab${++labs}`;
  lab = { catalog: name };
  for (let version = 0; version < 4; version++) {
    const note = strings('note', version + 1, (i) => `note ${i}`);
    lake.put(name, 'gold', 't', [bigints('id', version + 1), ...(version > 1 ? [note] : [])]);
  }
  lake.put(name, 'gold', 'Odd Name', [bigints('id', 1)]);
  lake.put(name, 'gold', 'Odd Name', [bigints('id', 9)]);
  lake.reads.length = 0;
});

afterAll(() => warehouse.restart());

const count = async (from: string) =>
  (await warehouse.rows(`select count(*)::int as n from ${from}`, lab))[0]?.n;

describe('a table as it was, wherever a table may stand', () => {
  test.each([
    ['gold.t@v0', 1],
    ['gold.t@V2', 3],
    ['gold.t@v3', 4],
    ['gold.t@2001-06-30', 2],
    ['gold.t@2002-01-31T10:00', 3],
    ["gold.t@'2002-01-31 10:00:00'", 3],
    ['"gold"."t"@v1 as x where x.id >= 0', 2],
    ['gold.t@v1 where t.id = 0', 1],
    ['gold.t@v1 x where x.id = 1', 1],
    ['gold."Odd Name"@v0', 1],
    ['gold."Odd Name"@v0 where "Odd Name".id = 0', 1],
    ['(select * from gold.t@v1)', 2],
    ['gold.t join gold.t@v1 old using (id)', 2],
    ['gold.t@v3 a join gold.t@v1 b using (id)', 2],
    ['gold.t@v2, gold.t@v0 old', 3],
    ['gold.t where id not in (select id from gold.t@v0)', 3],
    ["gold.t where 't@v0' = 't@v0' -- gold.t@v0", 4],
  ])('%s', async (from, rows) => {
    expect(await count(from)).toBe(rows);
    expect(await count(from.replaceAll('gold.', `${name}.gold.`))).toBe(rows);
  });

  test('with its own columns, beside the table as it is', async () => {
    expect(await warehouse.columnsOf('from gold.t@v0', lab)).toEqual([{ name: 'id', type: 'BIGINT' }]);
    expect(
      await warehouse.rows(
        'with gone as (select id from gold.t@v3 except select id from gold.t@v1) select n.* from gold.t n join gone using (id) order by id',
        lab,
      ),
    ).toEqual([
      { id: 2, note: 'note 2' },
      { id: 3, note: 'note 3' },
    ]);
    await expect(warehouse.rows('select note from gold.t@v1', lab)).rejects.toMatchObject({
      name: 'SqlError',
    });
  });

  test('streamed, in several statements, and under temporary views', async () => {
    const { batches } = await warehouse.stream('select * from gold.t@v1', lab);
    let rows = 0;
    for await (const batch of batches) rows += batch.numRows;
    expect(rows).toBe(2);
    const sql = 'create temp view old as select * from gold.t@v1; select count(*)::int as n from old';
    expect(await warehouse.rows(sql, lab)).toEqual([{ n: 2 }]);
    lake.put(name, 'gold', 't', [bigints('id', 100)]);
    expect(await warehouse.rows('select count(*)::int as n from old, gold.t', lab)).toEqual([{ n: 200 }]);
  });

  test('in views of the lake', async () => {
    lake.putView(
      name,
      'gold',
      'growth',
      'select (select count(*) from gold.t) - (select count(*) from gold.t@v0) as n',
    );
    expect(await warehouse.rows('from gold.growth', lab)).toEqual([{ n: 3 }]);
    lake.put(name, 'gold', 't', [bigints('id', 11)]);
    expect(await warehouse.rows('from gold.growth', lab)).toEqual([{ n: 10 }]);
  });
});

test('a copy of a version is kept, whatever is committed', async () => {
  await count('gold.t@v1');
  lake.put(name, 'gold', 't', [bigints('id', 50)]);
  expect(await count('gold.t@v1')).toBe(2);
  expect(await count('gold.t')).toBe(50);
  expect(lake.reads).toEqual(['t@v1@1: id', 't@4: id']);
});

test('a relation that is dropped from the warehouse goes with its versions', async () => {
  await count('gold.t, gold.t@v1 old');
  expect(warehouse.hydratedColumns(name, 'gold', 't@v1')).toEqual(['id']);
  await warehouse.dropRelation(name, 'gold', 't');
  expect(warehouse.hydratedColumns(name, 'gold', 't')).toBeNull();
  expect(warehouse.hydratedColumns(name, 'gold', 't@v1')).toBeNull();
  expect(await count('gold.t, gold.t@v1 old')).toBe(8);
});

test('a version of a table that was dropped and made again is another', async () => {
  expect(await count('gold.t@v0')).toBe(1);
  lake.drop(name, 'gold', 't');
  await expect(count('gold.t@v0')).rejects.toMatchObject({ name: 'SqlError' });
  lake.put(name, 'gold', 't', [bigints('id', 7)], undefined, undefined, 'made again');
  expect(await count('gold.t@v0')).toBe(7);
  expect(await count('gold.t')).toBe(7);
});

describe('errors', () => {
  const at = (line: number, column: number, message: RegExp) => ({
    name: 'SqlError',
    line,
    column,
    message: expect.stringMatching(message) as string,
  });

  test('name the versions there are, and the place', async () => {
    const sql = 'select 1;\nselect *\n  from gold.t@v9';
    await expect(warehouse.rows(sql, lab)).rejects.toMatchObject({ ...at(3, 13, /expected 0 to 3/), sql });
    await expect(warehouse.rows('from gold.t@latest', lab)).rejects.toMatchObject(at(1, 11, /t@v3.*UTC/));
    await expect(warehouse.rows('from gold.typo@v1', lab)).rejects.toMatchObject(
      at(1, 11, /no table gold\.typo/),
    );
    const expression = 'with c as (select 1) select * from c@v1';
    await expect(warehouse.rows(expression, lab)).rejects.toMatchObject(at(1, 36, /no table c/));
    lake.putView(name, 'gold', 'v', 'select 1 as one');
    await expect(warehouse.rows('from gold.v@v1', lab)).rejects.toMatchObject(at(1, 11, /is a view/));
    lake.putDamaged(name, 'gold', 'torn', 'it is torn.');
    await expect(warehouse.rows('from gold.torn@v1', lab)).rejects.toMatchObject({
      name: 'TableDamagedError',
    });
  });

  test('of DuckDB point into the text as it was typed', async () => {
    const typo = 'select n.id, t.id\nfrom gold.t@v1 join gold.t@v2 n using (id) where n.nope = 1';
    await expect(warehouse.rows(typo, lab)).rejects.toMatchObject(
      at(2, (typo.split('\n')[1]?.indexOf('n.nope') as number) + 1, /nope/),
    );
    const syntax = 'select id from gold.t@v1 where where id = 1';
    await expect(warehouse.rows(syntax, lab)).rejects.toMatchObject(at(1, 32, /syntax error/));
    const missing = 'select id from gold.t@v1 join gold.typo on true';
    await expect(warehouse.rows(missing, lab)).rejects.toMatchObject(at(1, 31, /typo/));
  });

  test('@ keeps its meaning elsewhere', async () => {
    expect(
      await warehouse.rows('select @(-3) as a, [1, 2] @> [1] as b, @id as c from gold.t@v0', lab),
    ).toEqual([{ a: 3, b: true, c: 0 }]);
    await expect(warehouse.rows('select id@v1 from gold.t', lab)).rejects.toMatchObject({ name: 'SqlError' });
  });
});
