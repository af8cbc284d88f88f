import { expect, test } from 'vitest';
import { CatalogCopy, newTable, newView, relationKey } from '../../../workers/warehouse/copies.ts';
import { planReads } from '../../../workers/warehouse/read-plan.ts';
import { tokenizeSql } from '../../../workers/warehouse/sql-tokens.ts';

const columns = ['id', 'amount', 'day', 'Two Words'].map((name) => ({ name, type: 'BIGINT' }));
const lab = new CatalogCopy('lab', new Map());
const other = new CatalogCopy('other', new Map());
const catalogs = new Map([
  ['lab', lab],
  ['other', other],
]);

function addTable(catalog: CatalogCopy, schema: string, name: string, numRecords: number) {
  const relation = {
    catalog: catalog.name,
    schema,
    name,
    kind: 'table' as const,
    version: 1,
    columns,
    numRecords,
  };
  catalog.tables.set(relationKey(schema, name), newTable(relation));
}

function addView(name: string, sql: string) {
  const relation = {
    catalog: 'lab',
    schema: 'silver',
    name,
    kind: 'view' as const,
    version: 1,
    columns: [],
    numRecords: 0,
    sql,
  };
  lab.views.set(relationKey('silver', name), newView(relation));
}

addTable(lab, 'bronze', 'sales', 1e6);
addTable(lab, 'bronze', 'tiny', 10);
addTable(other, 'gold', 'sales', 1e6);
addView('v', 'select id as sale from bronze.sales');
addView('w', 'select sale, day from silver.v join bronze.tiny using (id)');
addView('star', 'select * from bronze.sales');

/** `schema.table: columns`; `*` for all of them. */
function reads(sql: string): string[] {
  return planReads(catalogs, lab, tokenizeSql(sql), []).tables.map(({ catalog, copy, columns: needed }) => {
    const names = needed.length === columns.length ? '*' : needed.join(' ');
    return `${catalog.name}.${copy.relation.schema}.${copy.relation.name}: ${names}`;
  });
}

test.each([
  ['select 1', []],
  ['select sales from silver.nothing', []],
  ["select 'bronze.sales'", []],
  ['select amount from bronze.sales', ['lab.bronze.sales: amount']],
  ['select AMOUNT from "bronze" . /* here */ "SALES"', ['lab.bronze.sales: amount']],
  ['select "two words" from lab.bronze.sales', ['lab.bronze.sales: Two Words']],
  ['select bronze.sales.day from bronze.sales', ['lab.bronze.sales: day']],
  ['select count(*) from bronze.sales', ['lab.bronze.sales: id']],
  ['select count(*) filter (where day > 1) from bronze.sales', ['lab.bronze.sales: day']],
  ['select id from bronze.sales where a in (select day from bronze.sales)', ['lab.bronze.sales: id day']],
  ['select id from other.gold.sales', ['other.gold.sales: id']],
  ['select id from bronze.tiny', ['lab.bronze.tiny: *']],
  ['select 2 * amount, (day + 1) * (id), -day * -1 from bronze.sales', ['lab.bronze.sales: id amount day']],
  ['select trim(both from x), id is distinct from day from bronze.sales', ['lab.bronze.sales: id day']],
  [
    'select id from bronze.sales where x union all select day from bronze.sales where y',
    ['lab.bronze.sales: id day'],
  ],
  ['with sales as (select id from bronze.sales) select sales.id from sales', ['lab.bronze.sales: id']],
  ['select sale from silver.v', ['lab.bronze.sales: id']],
  ['select sale from silver.w', ['lab.bronze.tiny: *', 'lab.bronze.sales: id day']],
  ['select id from silver.star', ['lab.bronze.sales: *']],
  ['select id from silver.v join bronze.sales on true', ['lab.bronze.sales: id']],
])('%s', (sql, expected) => {
  expect(reads(sql)).toEqual(expected);
});

test.each([
  'select * from bronze.sales',
  'select distinct * from bronze.sales',
  'select distinct on (id) * from bronze.sales',
  'select id, * from bronze.sales',
  'select s.* exclude (id) from bronze.sales s',
  "select * like 'a%' from bronze.sales",
  "select columns('a.*') from bronze.sales",
  'select #1 from bronze.sales',
  'select sales from bronze.sales',
  'select s from bronze.sales as s',
  'select to_json(s) from bronze.sales s',
  "select s['id'] from bronze.sales s",
  'select count(s) from bronze.sales s',
  'select x from bronze.sales s(x, y)',
  'select id from bronze.tiny, bronze.sales',
  'select id from bronze.tiny natural join bronze.sales',
  'from bronze.sales',
  'from bronze.sales select id',
  'select id from (from bronze.sales)',
  'with a as (from bronze.sales) select id from a',
  'select id from x union from bronze.sales',
  'table bronze.sales',
  'pivot bronze.sales on id',
  'select x from (unpivot bronze.sales on id, day)',
  'summarize bronze.sales',
  'describe bronze.sales',
  "from query_table('bronze.sales')",
  "select id from query('select id from bronze.sales')",
  'select id from bronze.sales, information_schema.tables',
  'create temp table t as select * from bronze.sales',
])('needs whole rows: %s', (sql) => {
  expect(reads(sql)).toContain('lab.bronze.sales: *');
});

test('questions about tables themselves are seen', () => {
  const metadata = (sql: string) => planReads(catalogs, lab, tokenizeSql(sql), []).metadata;
  expect(metadata('select * from duckdb_columns()')).toBe(true);
  expect(metadata('show tables')).toBe(true);
  expect(metadata('select id from bronze.sales')).toBe(false);
});
