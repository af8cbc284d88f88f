import { expect, test } from 'vitest';
import { testFiles } from '../../../workers/warehouse/file-tests.ts';
import type { RowBounds } from '../../../workers/warehouse/types.ts';

const columns = Object.entries({
  id: 'BIGINT',
  day: 'DATE',
  at: 'TIMESTAMP',
  price: 'DECIMAL(18,2)',
  weight: 'DOUBLE',
  name: 'VARCHAR',
  flag: 'BOOLEAN',
  list: 'INTEGER[]',
  unknown: 'BIGINT',
  region: 'VARCHAR',
}).map(([name, type]) => ({ name, type }));

const file: RowBounds = {
  numRecords: 10,
  partitionValues: { region: 'north' },
  bounds: {
    id: { min: '100', max: '9007199254740993', nullCount: 0 },
    day: { min: '2025-01-10', max: '2025-01-20', nullCount: 10 },
    at: { min: '2025-01-10T00:00:00.000Z', max: '2025-01-20T12:00:00.123Z', nullCount: 2 },
    price: { min: '-1.50', max: '99.95' },
    weight: { min: '0.5', max: '2.25', nullCount: 0 },
    name: { min: 'b', max: 'd\u{1f600}', nullCount: 3 },
    flag: { nullCount: 0 },
    list: { nullCount: 10 },
  },
};

const mayMatch = (condition: string) => testFiles(condition, columns)(file);

test.each([
  'id < 100',
  'id = 9007199254740994',
  '9007199254740993 < id',
  'id in (1, 2, 99)',
  'id between 5 and 99',
  'id is null',
  'id = 100 and id is null',
  "at < '2025-01-10'",
  "at > timestamp '2025-01-20 12:00:00.123999'",
  "at >= date '2025-01-21'",
  'price < -1.5',
  'price > 99.95',
  'price >= 99.951',
  'weight < 0.5',
  'weight = 2.2500001',
  "name < 'b'",
  "name > 'd\u{1f600}'",
  "name = 'd\u{1f601}'",
  'flag is null',
  'list is not null',
  "day = '2025-01-15'",
  "region = 'south'",
  'region is null',
  "(id > 5 and (region <> 'x' and price > 100))",
])('no row of the file can meet: %s', (condition) => {
  expect(mayMatch(condition)).toBe(false);
});

test.each([
  'id = 100',
  'id <= 9007199254740993',
  'id > 9007199254740992',
  'id is not null',
  "at = '2025-01-20 12:00:00.123999'",
  "at > '2025-01-20T12:00:00.123'",
  'at is null',
  'at is not null',
  'price >= 99.95',
  'price < -1.49999',
  'price is null',
  // A NaN is above all, and statistics leave it out.
  'weight > 3',
  'weight >= 3',
  "name >= 'd\u{1f600}'",
  "name > 'd\uffff'",
  "name is null and name is not null and name = 'c'",
  'flag',
  'flag = false',
  'list is null',
  'day is null',
  'unknown = 5',
  'unknown is null',
  "region = 'north'",
  'id < 100 or true',
  'not id > 5',
  'id < 100 or',
  'id < 100) or (true',
  'id < 100 union select 1',
  'abs(id) < 100',
  't.id < 100',
  'id < 1e2',
  'id::int < 100',
  "at < '2025-01-10 00:00:00+01:00'",
  "at < 'yesterday'",
  '',
])('the file may hold rows for: %s', (condition) => {
  expect(mayMatch(condition)).toBe(true);
});

test('a file without statistics, or with ones that cannot be read, is never left out', () => {
  const silent: RowBounds = { numRecords: undefined, partitionValues: {}, bounds: {} };
  const odd: RowBounds = {
    numRecords: 1,
    partitionValues: {},
    bounds: { id: { min: 'x', max: '' }, at: { min: 'NaN', max: '2025' }, name: { max: 'a\ufffd' } },
  };
  for (const condition of ['id = 1', "at > '2026-01-01'", "name > 'b'", 'name is null', 'id is not null']) {
    expect(testFiles(condition, columns)(silent), condition).toBe(true);
    expect(testFiles(condition, columns)(odd), condition).toBe(true);
  }
});
