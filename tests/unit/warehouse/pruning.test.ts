import { describe, expect, test } from 'vitest';
import {
  CatalogCopy,
  holds,
  newTable,
  newView,
  relationKey,
  type TableCopy,
} from '../../../workers/warehouse/copies.ts';
import { planLoads } from '../../../workers/warehouse/loads.ts';
import { planReads } from '../../../workers/warehouse/read-plan.ts';
import { tokenizeSql } from '../../../workers/warehouse/sql-tokens.ts';
import type { Piece, RelationInfo } from '../../../workers/warehouse/types.ts';

const known = { catalog: 'lab', schema: 'gold', version: 1 };
const lab = new CatalogCopy('lab', new Map());

function addTable(
  name: string,
  column: string,
  type: string,
  values: (string | null)[],
  rows = 10_000,
): TableCopy {
  const columns = [
    { name: 'id', type: 'BIGINT' },
    { name: column, type },
  ];
  const pieces = values.map((value) => ({
    id: String(value),
    partitionValues: { [column]: value },
    bounds: {},
    numRecords: rows,
  }));
  const relation = {
    ...known,
    name,
    kind: 'table' as const,
    columns,
    numRecords: rows * values.length,
    pieces,
  };
  const copy = newTable(relation);
  lab.tables.set(relationKey('gold', name), copy);
  return copy;
}

const january = Array.from({ length: 20 }, (_, i) => `2025-01-${String(i + 1).padStart(2, '0')}`);
const days = addTable('days', 'day', 'DATE', [...january, null, '20250101']);
addTable('numbers', 'n', 'INTEGER', ['-1', '0', '10', '9', null, '99999999999'], 100_000);
addTable('texts', 't', 'VARCHAR', ['a', 'b', "it's", null], 100_000);
addTable('flags', 'f', 'BOOLEAN', ['true', 'false'], 100_000);
addTable('small', 'day', 'DATE', ['2025-01-01', '2025-01-02'], 10);
const view = { ...known, name: 'v', kind: 'view' as const, columns: [], numRecords: 0 };
lab.views.set(
  relationKey('gold', 'v'),
  newView({ ...view, sql: "select * from gold.days where day = '2025-01-01'" }),
);

function plan(sql: string) {
  return planReads(new Map([['lab', lab]]), lab, tokenizeSql(sql), []);
}

/** The pieces read, or 'all'. */
function reads(sql: string): string {
  const [use] = plan(sql).tables;
  return use?.pieces?.map(({ id }) => id).join(' ') ?? 'all';
}

/** The days read of `gold.days`; what is no date may be any, so it is read too. */
function daysRead(sql: string): string {
  return reads(sql)
    .replaceAll('2025-01-', '')
    .replace(/ ?20250101$/, '');
}

describe('pieces that are certain not to be read are left out', () => {
  test.each([
    ["select * from gold.days where day = '2025-01-03'", '03'],
    ["select id from gold.days where day = date '2025-01-03'", '03'],
    ["select id from gold.days where day = cast('2025-01-03' as date)", '03'],
    ["select id from gold.days where day = '2025-01-03'::date", '03'],
    ["select id from gold.days where '2025-01-03' = day", '03'],
    ["select id from gold.days where date '2025-01-03' > day", '01 02'],
    ["select id from gold.days where '2025-01-18' <= day and id > 3", '18 19 20'],
    ["select id from gold.days where day > '2025-01-18'", '19 20'],
    ["select id from gold.days where day<'2025-01-02'", '01'],
    ["select id from gold.days where day in ('2025-01-07', date '2025-01-05')", '05 07'],
    ["select id from gold.days where day between '2025-01-05' and '2025-01-07'", '05 06 07'],
    ["select id from gold.days where id between 1 and 2 and day = '2025-01-03'", '03'],
    ["select id from gold.days where day >= '2025-01-05' and day < '2025-01-06'", '05'],
    ["select id from gold.days where day = '2025-01-03' and day = '2025-01-04'", ''],
    ["select id from gold.days where (day = '2025-01-03') and (id = 1 or id = 2)", '03'],
    ["SELECT id FROM Gold.DAYS WHERE DAY = '2025-01-03'", '03'],
    ['select id from "gold"."Days" where "Day" = \'2025-01-03\'', '03'],
    ["select id from lab.gold.days where days.day = '2025-01-03'", '03'],
    ["select id from gold.days as d where d.day = '2025-01-03'", '03'],
    ['select id from gold.days "D" where d."day" = \'2025-01-03\'', '03'],
    ["select id from gold.days where day = -- or\n /* or */ '2025-01-03' and note = 'a or b'", '03'],
    [
      "select day, count(*) from gold.days where day = '2025-01-03' group by 1 having count(*) > 1 or true",
      '03',
    ],
    [
      "select id from gold.days where day = '2025-01-03' qualify row_number() over () = 1 order by 1 desc limit 5",
      '03',
    ],
    ["explain select id from gold.days where day = '2025-01-03'", '03'],
    [
      "with c as (select id from gold.days where day = '2025-01-03') select * from c join gold.small using (id)",
      '03',
    ],
    ["select (select max(id) from gold.days where day = '2025-01-03') as m", '03'],
    ["select id from gold.small where id in (select id from gold.days where day = '2025-01-03')", 'all'],
    [
      "select id from gold.days where day = '2025-01-03' union all select id from gold.days where day = '2025-01-05'",
      '03 05',
    ],
  ])('%s', (sql, expected) => {
    expect(daysRead(sql)).toBe(expected);
  });

  test('in the shape of a dashboard query', () => {
    const filters = `("day" between date '2025-01-05' and date '2025-01-06' and "channel" in ('ATM', 'or'))`;
    expect(
      daysRead(
        `select id, count(*) as n\nfrom gold.days\nwhere ${filters} and hour is not null\ngroup by id`,
      ),
    ).toBe('05 06');
  });

  test.each([
    ['select id from gold.numbers where n = 10', '10 99999999999'],
    ['select id from gold.numbers where n <-0', '-1 99999999999'],
    ['select id from gold.numbers where n between -1 and 9', '-1 0 9 99999999999'],
    ['select id from gold.numbers where n in (9, 10)', '10 9 99999999999'],
    ['select id from gold.numbers where n = 1.5', 'all'],
    ['select id from gold.numbers where n = 1e1', 'all'],
    ["select id from gold.numbers where n = '10'", 'all'],
    ['select id from gold.numbers where n = 10 + 0', 'all'],
    ["select id from gold.texts where t = 'a'", 'a'],
    ["select id from gold.texts where t in ('it''s', 'c')", "it's"],
    ["select id from gold.texts where t = $$it's$$", 'all'],
    ["select id from gold.texts where t = ''", ''],
    ["select id from gold.texts where t = E'\\x61'", 'all'],
    ["select id from gold.texts where t >= 'b'", "b it's"],
    ["select id from gold.texts where t < 'b' and t is not null", 'a'],
    ['select id from gold.texts where t is null', 'null'],
    ['select id from gold.texts where t isnull', 'null'],
    ['select id from gold.texts where t notnull', "a b it's"],
    ['select id from gold.flags where f is null', ''],
    ["select id from gold.texts where t is distinct from 'a'", 'all'],
    ['select id from gold.texts where t is null is true', 'all'],
    ["select id from gold.texts where t = 'A' collate nocase", 'all'],
    ['select id from gold.flags where f = true', 'all'],
  ])('%s', (sql, expected) => {
    expect(reads(sql).trim()).toBe(expected);
  });
});

describe('everything else reads all pieces', () => {
  test.each([
    'select id from gold.days',
    "select id from gold.days where day = '2025-01-03' or id = 3",
    "select id from gold.days where id = 3 and day = '2025-01-03' or true",
    "select id from gold.days where (day = '2025-01-03' or id = 3)",
    "select id from gold.days where not day = '2025-01-03'",
    "select id from gold.days where day not in ('2025-01-03')",
    "select id from gold.days where day <> '2025-01-03'",
    "select id from gold.days where day != '2025-01-03'",
    "select id from gold.days where day = '2025-02-30'",
    "select id from gold.days where day = '2025-01-03' is not true",
    "select id from gold.days where (day = '2025-01-03') = false",
    "select id from gold.days where day in ('2025-01-03') is not true",
    "select id from gold.days where day between '2025-01-03' and '2025-01-04' is not true",
    "select id from gold.days where day between '2025-01-03' and id and true",
    "select id from gold.days where flag between false and day = '2025-01-03'",
    "select id from gold.days where case when id = 1 and day = '2025-01-03' and id = 2 then false else true end",
    "select id from gold.days where [x for x in l if x > 1 and day = '2025-01-03' and x < 3] = l",
    "select id from gold.days where f(x -> x > 1) and j -> 'a' and day = '2025-01-03'",
    "select id from gold.days where day = '2025-01-03' at time zone 'utc'",
    "select id from gold.days where coalesce(day, '2025-01-03') = '2025-01-03'",
    "select id from gold.days where day + 1 = '2025-01-03'",
    "select id from gold.days where day = '2025-01-03'::timestamp",
    'select id from gold.days where day = current_date',
    'select id from gold.days where day = ?',
    'select id from gold.days where day in (null)',
    "select id from gold.days where e.day = '2025-01-03'",
    "select id from gold.days where day.x = '2025-01-03'",
    "select id from gold.days as d(day, id) where day = '2025-01-03'",
    "select id from gold.days join gold.small using (id) where day = '2025-01-03'",
    "select id from gold.small, gold.days where day = '2025-01-03'",
    "select id from gold.days, gold.small where day = '2025-01-03'",
    "select id from (select * from gold.days) where day = '2025-01-03'",
    "select id from (gold.days) where day = '2025-01-03'",
    "with c as (select * from gold.days) select id from c where day = '2025-01-03'",
    "select id from gold.days where day = '2025-01-03' union all select id from gold.days",
    "select id from gold.days as a where day = '2025-01-03' and id in (select id from gold.days)",
    "select id from gold.v where day = '2025-01-03'",
    "from gold.days where day = '2025-01-03'",
    "from gold.days select id where day = '2025-01-03'",
    "select id from gold.days tablesample 10% where day = '2025-01-03'",
    "select id from gold.days where day = '2025-01-03' using sample 10%",
    "select rowid from gold.days where day = '2025-01-03'",
    "select id from gold.days having day = '2025-01-03'",
    "select id from gold.days qualify day = '2025-01-03'",
    "select count(*) filter (where day = '2025-01-03') from gold.days",
    "select 'where day = 2' from gold.days -- where day = '2025-01-03'",
    "create temp macro m(day) as table select * from gold.days where day = '2025-01-03'",
    "select id from query('select id from gold.days') where day = '2025-01-03'",
    "select id from gold.days where day = '2025-01-03' -- a comment ends here\r or id = 3",
    "select id from gold.days where day = '2025-01-03' and id\u200bor\u200btrue",
    'summarize gold.days',
    'table gold.days',
    "pivot gold.days on day in ('2025-01-03') using count(*)",
  ])('%s', (sql) => {
    expect(plan(sql).tables.some(({ copy }) => copy === days)).toBe(true);
    expect(plan(sql).tables.find(({ copy }) => copy === days)?.pieces).toBeNull();
  });

  test('small tables', () => {
    expect(reads("select id from gold.small where day = '2025-01-01'")).toBe('all');
  });
});

describe('what a copy holds', () => {
  const relation: RelationInfo = days.relation;
  const some = (...at: number[]): Piece[] => at.map((i) => relation.pieces?.[i] as Piece);
  const day = (i: number) => `select id, day from gold.days where day = '2025-01-0${i}'`;
  const piecesLoaded = (copy: Partial<TableCopy>, sql: string) => {
    Object.assign(days, newTable(relation), copy);
    const [load] = planLoads(plan(sql));
    Object.assign(days, newTable(relation));
    return load ? (load.pieces?.length ?? 'all') : 'nothing';
  };
  const both = ['id', 'day'];

  test('columns and pieces are both looked at', () => {
    const copy: TableCopy = { relation, hydrated: ['id'], pieces: some(1, 2), rowsLoaded: 0, lastUsed: 0 };
    expect(holds(copy, { columns: ['id'], pieces: some(2) })).toBe(true);
    expect(holds(copy, { columns: ['day'], pieces: some(2) })).toBe(false);
    expect(holds(copy, { columns: ['id'], pieces: some(2, 3) })).toBe(false);
    expect(holds(copy, { columns: ['id'], pieces: null })).toBe(false);
    expect(holds({ ...copy, pieces: null }, { columns: ['id'], pieces: some(3) })).toBe(true);
    expect(holds({ ...copy, hydrated: null }, { columns: ['id'], pieces: some(2) })).toBe(false);
    expect(holds({ ...copy, hydrated: null }, { columns: ['id'], pieces: [] })).toBe(true);
  });

  test('the list of a later look at the same version is the same list', () => {
    const again = some(2).map((piece) => ({ ...piece }));
    const copy: TableCopy = { relation, hydrated: both, pieces: some(2), rowsLoaded: 0, lastUsed: 0 };
    expect(holds(copy, { columns: both, pieces: again })).toBe(true);
  });

  test('grows by what is missing, and to all when that is nearly as cheap', () => {
    expect(piecesLoaded({}, day(1))).toBe(2);
    expect(piecesLoaded({}, "select id from gold.days where day > '2025-01-02'")).toBe('all');
    expect(piecesLoaded({}, "select id from gold.days where day = '2025-01-01' and day = '2025-01-02'")).toBe(
      1,
    );
    expect(piecesLoaded({ hydrated: both, pieces: some(0, 21) }, day(1))).toBe('nothing');
    expect(piecesLoaded({ hydrated: both, pieces: some(1, 2), rowsLoaded: 20_000 }, day(1))).toBe(4);
    expect(piecesLoaded({ hydrated: both, pieces: some(1, 2), rowsLoaded: 80_000 }, day(1))).toBe('all');
    expect(piecesLoaded({ hydrated: both, pieces: some(21) }, day(1))).toBe(2);
    expect(piecesLoaded({ hydrated: ['day'], pieces: some(0, 1, 2, 3, 4, 21) }, day(1))).toBe(6);
    expect(piecesLoaded({ hydrated: ['day'], pieces: null }, day(1))).toBe('all');
    expect(piecesLoaded({ hydrated: both, pieces: some(1) }, 'select id from gold.days')).toBe('all');
  });
});
