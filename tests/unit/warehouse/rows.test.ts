import { Int32, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { expect, test } from 'vitest';
import { countRows, endOfStream, hasEndOfStream, joinBytes } from '../../../workers/warehouse/ipc.ts';
import { portableType, withPortableColumns } from '../../../workers/warehouse/result-types.ts';
import { rowsFromIpc, uniqueNames } from '../../../workers/warehouse/rows.ts';
import { quoteIdentifier, quoteLiteral } from '../../../workers/warehouse/sql-text.ts';
import {
  formatDate,
  formatDecimal,
  formatTime,
  formatTimestamp,
  integerOf,
  signedWords,
} from '../../../workers/warehouse/values.ts';

test('rows of a stream', () => {
  const table = new Table({
    a: vectorFromArray([1, null], new Int32()),
    b: vectorFromArray(['x', 'é'], new Utf8()),
  });
  const ipc = tableToIPC(table, 'stream');
  expect(rowsFromIpc(ipc)).toEqual([
    { a: 1, b: 'x' },
    { a: null, b: 'é' },
  ]);
  expect(countRows(ipc)).toBe(2);
  expect(hasEndOfStream(ipc)).toBe(true);
  expect(hasEndOfStream(ipc.subarray(0, ipc.length - 1))).toBe(false);
  expect(() => countRows(joinBytes([Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), endOfStream]))).toThrow(
    /no message at byte 0/,
  );
});

test('repeated names are numbered, and do not meet given ones', () => {
  expect(uniqueNames(['a', 'a', 'a_1', 'a'])).toEqual(['a', 'a_1', 'a_1_1', 'a_2']);
});

test('integers are numbers when safe', () => {
  expect([integerOf(5n), integerOf(-9007199254740991n), integerOf(9007199254740992n)]).toEqual([
    5,
    -9007199254740991,
    9007199254740992n,
  ]);
});

test('decimals are exact', () => {
  expect(signedWords(Uint32Array.of(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff))).toBe(-1n);
  expect(['5', '-5', '-123'].map((value) => formatDecimal(BigInt(value), 2))).toEqual([
    '0.05',
    '-0.05',
    '-1.23',
  ]);
  expect(formatDecimal(7n, 0)).toBe('7');
});

test('dates and times agree with Date where Date can say it', () => {
  for (const day of [0, -1, 19782, -719528, 59, 60, 11016, 2932896, -141428]) {
    const iso = new Date(day * 86_400_000).toISOString();
    expect(formatDate(BigInt(day), 0)).toBe(iso.slice(0, iso.indexOf('T')));
  }
  expect(formatTimestamp(-1n, 2)).toBe('1969-12-31T23:59:59.999999Z');
  expect(formatTimestamp(1_500n, 1)).toBe('1970-01-01T00:00:01.500000Z');
  expect(formatTimestamp(1n, 3)).toBe('1970-01-01T00:00:00.000000001Z');
  expect(formatTimestamp(9223372036854775807n, 2)).toBe('infinity');
  expect(formatTime(86_399_000_001n, 2)).toBe('23:59:59.000001');
});

test('types that Arrow cannot carry cross as text, nested ones too', () => {
  expect(portableType("STRUCT(a ENUM('x, y', 'it''s (INTERVAL)'), b INTERVAL[])")).toBe(
    'STRUCT(a VARCHAR, b VARCHAR[])',
  );
  expect(portableType('DECIMAL(18,2)')).toBe('DECIMAL(18,2)');
  expect(portableType('UNION(a INTEGER)')).toBe('VARCHAR');
  const columns = [
    { name: 'a', type: 'BIT' },
    { name: 'a', type: 'BIGINT' },
  ];
  expect(withPortableColumns('select 1', columns).sql).toBe(
    'SELECT CAST(c0 AS VARCHAR) AS "a", c1 AS "a" FROM (\nselect 1\n) AS result(c0, c1)',
  );
});

test('quoting', () => {
  expect(quoteIdentifier('a"b')).toBe('"a""b"');
  expect([quoteLiteral("it's"), quoteLiteral(null), quoteLiteral(1.5), quoteLiteral(NaN)]).toEqual([
    "'it''s'",
    'NULL',
    '1.5',
    "'NaN'::DOUBLE",
  ]);
});
