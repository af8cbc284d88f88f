import { RecordBatchReader, tableFromIPC } from 'apache-arrow';
import { beforeAll, describe, expect, test } from 'vitest';
import { fingerprintSql } from '../../../workers/warehouse/fingerprint.ts';
import { endOfStream, joinBytes } from '../../../workers/warehouse/ipc.ts';
import { rowsFromIpc } from '../../../workers/warehouse/rows.ts';
import type { ArrowStream } from '../../../workers/warehouse/types.ts';
import { bigints, doubles, MemoryLake, openWarehouse, strings } from './memory-lake.ts';

const lab = { catalog: 'lab' };
const lake = new MemoryLake();
const warehouse = openWarehouse(lake);
const rows = 200_000;

beforeAll(async () => {
  lake.put('lab', 'bronze', 'numbers', [
    bigints('n', rows),
    doubles('x', rows, (i) => i / 8),
    strings('s', rows, (i) => (i % 2 ? `row ${i}` : null)),
  ]);
  await warehouse.start();
});

async function drain(stream: ArrowStream): Promise<{ ipc: Uint8Array; numRows: number }> {
  const chunks: Uint8Array[] = [];
  let numRows = 0;
  for await (const batch of stream.batches) {
    chunks.push(batch.bytes);
    numRows += batch.numRows;
  }
  return { ipc: joinBytes([stream.schema, ...chunks, endOfStream]), numRows };
}

describe('values', () => {
  test.each([
    ['9007199254740991::bigint', 9007199254740991],
    ['9007199254740992::bigint', 9007199254740992n],
    ['18446744073709551615::ubigint', 18446744073709551615n],
    ['sum(12::bigint)', 12],
    ['170141183460469231731687303715884105727::hugeint', 170141183460469231731687303715884105727n],
    ['(-5)::utinyint::tinyint', null],
    ['-0.05::decimal(18,2)', '-0.05'],
    ['12345678901234567890123456789012345.678::decimal(38,3)', '12345678901234567890123456789012345.678'],
    ["date '2024-02-29'", '2024-02-29'],
    ["date '0044-03-15 (BC)'", '-000043-03-15'],
    ["timestamp '2024-01-02 03:04:05'", '2024-01-02T03:04:05Z'],
    ["timestamp '1969-12-31 23:59:59.999999'", '1969-12-31T23:59:59.999999Z'],
    ["timestamp_ns '2024-01-02 03:04:05.123456789'", '2024-01-02T03:04:05.123456789Z'],
    ["timestamp_ms '2024-01-02 03:04:05.120'", '2024-01-02T03:04:05.120000Z'],
    ["'2024-01-02 03:04:05+00'::timestamptz", '2024-01-02T03:04:05Z'],
    ["time '10:11:12.5'", '10:11:12.500000'],
    ['interval 3 month', '3 months'],
    ["'b'::enum('a', 'b')", 'b'],
    ["['b'::enum('a', 'b')]", ['b']],
    ["'1010'::bit", '1010'],
    ['340282366920938463463374607431768211455::uhugeint', '340282366920938463463374607431768211455'],
    ["'ab'::blob", Uint8Array.of(97, 98)],
    ["uuid '00000000-0000-0000-0000-000000000001'", '00000000-0000-0000-0000-000000000001'],
    ["{'a': 1, 'b': [1.5::decimal(4,1), null]}", { a: 1, b: ['1.5', null] }],
    ["map {'k': [date '2024-01-01']}", { k: ['2024-01-01'] }],
    ['map {1: true}', [{ key: 1, value: true }]],
    ['[1, 2]::int[2]', [1, 2]],
    ["'nan'::double", NaN],
    ["'é\u{1f600}'", 'é\u{1f600}'],
    ['null', null],
  ])('%s', async (sql, expected) => {
    const query = sql.includes('utinyint::tinyint') ? `try(${sql})` : sql;
    expect(await warehouse.rows(`select ${query} as v`, lab)).toEqual([{ v: expected }]);
  });

  test('columns of one name stay apart', async () => {
    expect(await warehouse.rows('select 1 as a, 2 as a, interval 1 day as a', lab)).toEqual([
      { a: 1, a_1: 2, a_2: '1 day' },
    ]);
  });
});

describe('streams', () => {
  test('carry DuckDB types and every row', async () => {
    const stream = await warehouse.stream(
      'select n, x::decimal(18,2) as d, s, to_timestamp(n)::timestamp as t from bronze.numbers order by n',
      lab,
    );
    expect(stream.columns.map((column) => column.type)).toEqual([
      'BIGINT',
      'DECIMAL(18,2)',
      'VARCHAR',
      'TIMESTAMP',
    ]);
    const { ipc, numRows } = await drain(stream);
    const table = tableFromIPC(ipc);
    expect([numRows, table.numRows]).toEqual([rows, rows]);
    expect(table.schema.fields.map((field) => String(field.type))).toEqual([
      'Int64',
      'Decimal[18e+2]',
      'Utf8',
      'Timestamp<MICROSECOND>',
    ]);
    expect(table.getChild('n')?.get(rows - 1)).toBe(BigInt(rows - 1));
  });

  test('stop at the limit, mid batch, and say what was cut', async () => {
    const sql =
      "select n, s, {'l': [n, null], 's': s} as nested, [n, n + 1]::bigint[2] as pair, n % 2 = 0 as even from bronze.numbers order by n";
    const cut = await warehouse.query(sql, { ...lab, limit: 2051 });
    expect([cut.numRows, cut.truncated]).toEqual([2051, true]);
    const table = tableFromIPC(cut.ipc);
    expect([table.numRows, table.getChild('s')?.nullCount]).toEqual([2051, 1026]);
    const { ipc } = await drain(await warehouse.stream(sql, { ...lab, limit: 2051 }));
    expect(tableFromIPC(ipc).numRows).toBe(2051);
    expect(rowsFromIpc(ipc)).toEqual(rowsFromIpc(cut.ipc));
    const whole = await warehouse.rows(`${sql} limit 2051`, lab);
    expect(await warehouse.rows(sql, { ...lab, limit: 2051 })).toEqual(whole);
    const exact = await warehouse.query('select n from bronze.numbers', { ...lab, limit: rows });
    expect([exact.numRows, exact.truncated]).toEqual([rows, false]);
    const none = await warehouse.query(sql, { ...lab, limit: 0 });
    expect([
      none.numRows,
      none.truncated,
      RecordBatchReader.from(none.ipc).open().schema.fields.length,
    ]).toEqual([0, true, 5]);
  });

  test('leave the engine to others between reads, and can be left', async () => {
    const stream = await warehouse.stream('select n from bronze.numbers', lab);
    const reader = stream.batches[Symbol.asyncIterator]();
    await reader.next();
    expect(await warehouse.rows('select count(*) as n from bronze.numbers', lab)).toEqual([{ n: rows }]);
    lake.put('lab', 'bronze', 'numbers', [
      bigints('n', 1),
      doubles('x', 1, () => 1),
      strings('s', 1, () => null),
    ]);
    expect(await warehouse.rows('select count(*) as n from bronze.numbers', lab)).toEqual([{ n: 1 }]);
    let left = 0;
    for (let next = await reader.next(); !next.done; next = await reader.next()) left += next.value.numRows;
    expect(left).toBe(rows - 2048);
    for await (const batch of (await warehouse.stream('select * from range(100000)', lab)).batches) {
      expect(batch.numRows).toBeGreaterThan(0);
      break;
    }
    expect(await warehouse.rows('select 1 as one', lab)).toEqual([{ one: 1 }]);
  });

  test('fail where the row fails, with its place', async () => {
    const stream = await warehouse.stream(
      "select\n  case when n > 1900000 then 'x' || n else '1' end::int as i\nfrom range(2000000) t(n)",
      lab,
    );
    await expect(drain(stream)).rejects.toMatchObject({ name: 'SqlError', line: 2 });
  });
});

describe('statements', () => {
  test('all are run, the last is answered', async () => {
    expect(
      await warehouse.rows(
        "create temp table t1 as select 1 as a; insert into t1 values (2); -- ;\nselect ';' as s, sum(a) as a from t1;",
        lab,
      ),
    ).toEqual([{ s: ';', a: 3 }]);
    await warehouse.rows('drop table t1', lab);
    await expect(warehouse.rows('drop table t1', lab)).rejects.toMatchObject({ name: 'ReadOnlyError' });
  });

  test.each([
    ['', 'SqlError'],
    [' -- nothing\n;', 'SqlError'],
    ['insert into bronze.numbers values (1, 1, null)', 'ReadOnlyError'],
    ['select 1; drop table bronze.numbers', 'ReadOnlyError'],
    ['with c as (select 1) insert into bronze.numbers select * from c', 'ReadOnlyError'],
    ['explain analyze delete from bronze.numbers', 'ReadOnlyError'],
    ['create table x as select 1', 'ReadOnlyError'],
    ["copy (select 1) to 'x.csv'", 'ReadOnlyError'],
    ['use temp', 'ReadOnlyError'],
    ['load icu', 'ReadOnlyError'],
    ['begin', 'ReadOnlyError'],
  ])('%j is refused as %s', async (sql, name) => {
    await expect(warehouse.rows(sql, lab)).rejects.toMatchObject({ name, sql });
  });

  test.each([
    'explain select 1',
    'describe bronze.numbers',
    'show tables',
    'pragma version',
    "set variable v = 1; select getvariable('v')",
  ])('%s passes', async (sql) => {
    expect((await warehouse.rows(sql, lab)).length).toBeGreaterThanOrEqual(0);
  });
});

test('the fingerprint is that of native DuckDB', async () => {
  // The same relation and value as in tests/unit/warehouse/fingerprint.test.ts.
  const mixed = `select i as id, (i * 1.25)::decimal(18,2) as amount, i / 7.0::double as share, date '2024-01-01' + i::int as day,
  timestamp '2024-01-01 00:00:00.000001' + interval (i) second as at, i % 2 = 0 as even, 'n' || i as "we""ird", [i, null] as list
  from range(1000) t(i)`;
  const columns = await warehouse.columnsOf(mixed, lab);
  expect(await warehouse.rows(fingerprintSql(`(${mixed})`, columns), lab)).toEqual([
    { fingerprint: '1000-8e3e32f187d47ae0' },
  ]);
});

test('errors say where', async () => {
  const failing = (sql: string) =>
    warehouse.rows(sql, lab).then(
      () => null,
      (error: unknown) => error,
    );
  expect(await failing('selec 1')).toMatchObject({ name: 'SqlError', line: 1, column: 1 });
  expect(await failing("select 'é',\n\n  1/")).toMatchObject({ line: 3 });
  expect(await failing('select 1;\n select\n  x, y_long from bronze.numbers')).toMatchObject({
    message: expect.stringContaining('"y_long" not found') as string,
    line: 3,
    column: 6,
  });
  const long = `select ${'x + '.repeat(60)}nope + ${'x + '.repeat(60)} x from bronze.numbers`;
  expect(await failing(long)).toMatchObject({ line: 1, column: long.indexOf('nope') + 1 });
  expect(await failing('select * from bronze.nmbers')).toMatchObject({
    hint: expect.stringContaining('numbers') as string,
    line: 1,
    column: 15,
  });
  expect(await failing("select 'abc'::int as i, interval 1 day as d")).toMatchObject({ line: 1, column: 13 });
});
