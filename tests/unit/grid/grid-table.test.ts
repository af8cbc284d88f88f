import {
  Decimal,
  Float64,
  Int64,
  makeData,
  Table,
  TimestampMicrosecond,
  tableFromArrays,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
  DateDay,
  TimeMicrosecond,
} from 'apache-arrow';
import { expect, test } from 'vitest';
import { openGridIpc, openGridTable, type GridTable } from '../../../src/lib/grid/grid-table.ts';
import { decimalText, integerOfWords, timestampText } from '../../../src/lib/grid/arrow-text.ts';
import { sortRows, type SortDirection } from '../../../src/lib/grid/sort-rows.ts';

const breathe = async () => {};

/** Decimal128 vector from unscaled integers: Arrow's builders cannot make one from bigints. */
function decimals(unscaled: bigint[], scale: number): Vector {
  const words = new Uint32Array(unscaled.length * 4);
  unscaled.forEach((value, i) => {
    for (let w = 0; w < 4; w++) words[i * 4 + w] = Number(BigInt.asUintN(32, value >> BigInt(32 * w)));
  });
  return new Vector([
    makeData({ type: new Decimal(scale, 38, 128), length: unscaled.length, nullCount: 0, data: words }),
  ]);
}

const texts = (table: GridTable, column = 0) =>
  Array.from({ length: table.rowCount }, (_, row) => table.columns[column]?.text(row));

async function sorted(table: GridTable, direction: SortDirection) {
  const column = table.columns[0];
  if (!column) throw new Error('no column');
  const order = await sortRows(column.keys(), direction, breathe);
  return Array.from(order, (row) => column.text(row));
}

test('decimals beyond 2^53 keep every digit, their sign and their scale', () => {
  const table = openGridTable(
    new Table({ amount: decimals([12345678901234567890123n, -1n, 0n, -1234567n], 2) }),
  );
  expect(texts(table)).toEqual(['123456789012345678901.23', '-0.01', '0.00', '-12345.67']);
  expect(table.columns[0]?.type).toBe('DECIMAL(38,2)');
  expect(table.columns[0]?.align).toBe('right');
});

test('unscaled integers of any scale become decimal text', () => {
  expect(decimalText(5n, 3)).toBe('0.005');
  expect(decimalText(5n, 0)).toBe('5');
  expect(integerOfWords(new Uint32Array([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]))).toBe(-1n);
});

test('timestamps are exact to the microsecond, in UTC, before 1970 too', () => {
  expect(timestampText(1735689600123456n, 1_000_000n)).toBe('2025-01-01 00:00:00.123456');
  expect(timestampText(-1n, 1_000_000n)).toBe('1969-12-31 23:59:59.999999');
  const data = (values: bigint[]) =>
    makeData({
      type: new TimestampMicrosecond(),
      length: values.length,
      nullCount: 0,
      data: BigInt64Array.from(values),
    });
  const table = openGridTable(
    new Table({ at: new Vector([data([0n, 1735689600000001n]), data([1735689600500000n])]) }),
  );
  expect(texts(table)).toEqual([
    '1970-01-01 00:00:00',
    '2025-01-01 00:00:00.000001',
    '2025-01-01 00:00:00.5',
  ]);
  expect(table.columns[0]?.zone).toBe('UTC');
});

test('64-bit integers, dates, times, text and nulls survive the IPC stream', () => {
  const table = new Table({
    id: vectorFromArray([9007199254740993n, null], new Int64()),
    day: vectorFromArray([new Date('2025-01-05'), null], new DateDay()),
    clock: new Vector([
      makeData({
        type: new TimeMicrosecond(),
        length: 2,
        nullCount: 0,
        data: BigInt64Array.of(3_661_000_500n, 0n),
      }),
    ]),
    name: vectorFromArray(['Zoé', ''], new Utf8()),
  });
  const grid = openGridIpc(tableToIPC(table, 'stream'), [{ type: 'BIGINT' }, { type: 'DATE' }]);
  expect(grid.columns.map((column) => [column.text(0), column.text(1)])).toEqual([
    ['9007199254740993', null],
    ['2025-01-05', null],
    ['01:01:01.0005', '00:00:00'],
    ['Zoé', ''],
  ]);
  expect(grid.columns.map((column) => column.type)).toEqual(['BIGINT', 'DATE', 'TIME', 'VARCHAR']);
});

test('sorting keeps nulls last in both directions and NaN above every number', async () => {
  const table = openGridTable(new Table({ n: vectorFromArray([3, null, -1, NaN, 10], new Float64()) }));
  expect(await sorted(table, 'ascending')).toEqual(['-1', '3', '10', 'NaN', null]);
  expect(await sorted(table, 'descending')).toEqual(['NaN', '10', '3', '-1', null]);
});

test('integers and decimals that a double cannot hold sort exactly', async () => {
  const big = openGridTable(
    new Table({ n: vectorFromArray([9007199254740993n, 9007199254740992n, 5n], new Int64()) }),
  );
  expect(await sorted(big, 'ascending')).toEqual(['5', '9007199254740992', '9007199254740993']);
  const money = openGridTable(new Table({ n: decimals([20n ** 20n, -(20n ** 20n), 7n], 2) }));
  expect((await sorted(money, 'ascending'))[1]).toBe('0.07');
  const small = openGridTable(new Table({ n: decimals([-100n, 5_000_000_000n, -5_000_000_000n, 1n], 2) }));
  expect(await sorted(small, 'descending')).toEqual(['50000000.00', '0.01', '-1.00', '-50000000.00']);
});

test('sorting is stable over more rows than one run', async () => {
  const count = 20_000;
  const table = openGridTable(
    tableFromArrays({ group: Int32Array.from({ length: count }, (_, i) => (i * 7) % 5) }),
  );
  const column = table.columns[0];
  if (!column) throw new Error('no column');
  const order = await sortRows(column.keys(), 'ascending', breathe);
  for (let i = 1; i < count; i++) {
    const [a, b] = [order[i - 1] as number, order[i] as number];
    const [x, y] = [(a * 7) % 5, (b * 7) % 5];
    if (x > y || (x === y && a > b)) throw new Error(`rows ${a} and ${b} are out of order`);
  }
  expect(new Set(order).size).toBe(count);
});

test('a sort is given up when its breath says so', async () => {
  const table = openGridTable(tableFromArrays({ n: new Float64Array(200_000) }));
  const giveUp = () => Promise.reject(new Error('another column'));
  await expect(sortRows(table.columns[0]!.keys(), 'ascending', giveUp)).rejects.toThrow('another column');
});

test('texts sort by code points, long common prefixes and long ends included', async () => {
  const words = [
    'TXN-000000000012',
    'TXN-0000000000120',
    'TXN-',
    null,
    'TXN-é',
    'TXN-z',
    'TXN-Z',
    'TXN-000000000011',
  ];
  const table = openGridTable(new Table({ t: vectorFromArray(words, new Utf8()) }));
  const right = [
    'TXN-',
    'TXN-000000000011',
    'TXN-000000000012',
    'TXN-0000000000120',
    'TXN-Z',
    'TXN-z',
    'TXN-é',
    null,
  ];
  expect(await sorted(table, 'ascending')).toEqual(right);
  const long = ['abcdefghijklmnopq', 'abcdefghijklmnopp', 'abcdefghijklmnop', 'b'];
  const other = openGridTable(new Table({ t: vectorFromArray(long, new Utf8()) }));
  expect(await sorted(other, 'descending')).toEqual(['b', long[0], long[1], long[2]]);
});

test('negative 64-bit integers sort below positive ones, repeated words by their rank', async () => {
  const ints = openGridTable(
    new Table({ n: vectorFromArray([5n, -1n, -9007199254740993n, 2n ** 40n], new Int64()) }),
  );
  expect(await sorted(ints, 'ascending')).toEqual(['-9007199254740993', '-1', '5', '1099511627776']);
  const words = openGridTable(new Table({ w: vectorFromArray(['POS', 'ATM', 'POS', 'BRANCH']) }));
  expect(await sorted(words, 'ascending')).toEqual(['ATM', 'BRANCH', 'POS', 'POS']);
});
