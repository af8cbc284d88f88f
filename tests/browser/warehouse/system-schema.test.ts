import { afterAll, beforeAll, expect, test } from 'vitest';
import { bigints, MemoryLake, openWarehouse, strings } from './memory-lake.ts';

const lake = new MemoryLake();
const warehouse = openWarehouse(lake);
const lab = { catalog: 'lab' };

beforeAll(() => {
  lake.put('lab', 'system', 'runs', [bigints('id', 2), strings('state', 2, (i) => `s${i}`)]);
  lake.put('lab', 'system', 'runs', [bigints('id', 3), strings('state', 3, (i) => `s${i}`)]);
  lake.put('lab', 'gold', 't', [bigints('id', 1)]);
});

afterAll(() => warehouse.restart());

// DuckDB has a catalog called system, and takes `system.runs` for one of its own.
test.each([
  'select count(*)::int as n from system.runs',
  'select count(*)::int as n from lab.system.runs',
  'select count(system.runs.state)::int as n from system.runs',
  'select count(*)::int as n from "system"."runs" r left join gold.t using (id)',
  'with r as (from System.Runs) select count(r.state)::int as n from r',
])('%s', async (sql) => {
  expect(await warehouse.rows(sql, lab)).toEqual([{ n: 3 }]);
});

test('a former version of it', async () => {
  expect(await warehouse.rows('select max(state) as s from system.runs@v0', lab)).toEqual([{ s: 's1' }]);
});

test('an error still points to the text as it was typed', async () => {
  const failed = warehouse.rows('select id,\n  nothing from system.runs', lab);
  await expect(failed).rejects.toMatchObject({ name: 'SqlError', line: 2, column: 3 });
  const behind = warehouse.rows('select id from system.runs where nothing = 1', lab);
  await expect(behind).rejects.toMatchObject({ name: 'SqlError', line: 1, column: 34 });
});
