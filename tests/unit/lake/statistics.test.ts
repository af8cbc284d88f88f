import { type DataType, Table, type Vector, makeVector, vectorFromArray } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { arrowTypeOf } from '../../../workers/lake/schema/arrow-types.ts';
import { dataOf } from '../../../workers/lake/parquet/buffers.ts';
import { writeIpc } from '../../../workers/lake/parquet/ipc.ts';
import { encodeParquet } from '../../../workers/lake/parquet/parquet.ts';
import { field, struct } from '../../../workers/lake/schema/schema.ts';
import { fileStats } from '../../../workers/lake/stats/statistics.ts';
import { parseStats, readNumRecords, serializeStats } from '../../../workers/lake/stats/stats.ts';
import { lowerBound, upperBound } from '../../../workers/lake/stats/string-bounds.ts';
import type { DeltaType, StructType } from '../../../workers/lake/types.ts';
import { EVERY_TYPE, everyTypeTable } from './every-type.ts';
import { loadParquet } from './fixtures.ts';

beforeAll(loadParquet);

function statsText(table: Table, schema: StructType): string {
  return serializeStats(fileStats(encodeParquet(writeIpc(table), 'zstd'), schema.fields, table));
}

function oneColumn(type: DeltaType, values: ArrayBufferView, length: number): string {
  const arrow: DataType = arrowTypeOf(type);
  return statsText(
    new Table({ c: makeVector(dataOf(arrow, length, { values })) as Vector }),
    struct({ c: type }),
  );
}

function textColumn(values: (string | null)[]): string {
  return statsText(new Table({ c: vectorFromArray(values, arrowTypeOf('string')) }), struct({ c: 'string' }));
}

describe('statistics', () => {
  it('hold every digit of every type', () => {
    const text = statsText(everyTypeTable(), EVERY_TYPE);
    expect(text).toContain('"numRecords":3');
    for (const part of [
      '"l":-9223372036854775808',
      '"l":9223372036854775807',
      '"d9":-9999999.99',
      '"d18":9999999999999999.99',
      '"d38":-9999999999999999999999999999.9999999999',
      '"d38":9999999999999999999999999999.9999999999',
      '"b":-128',
      '"d":"0001-01-01"',
      '"d":"9999-12-31"',
      '"ts":"0001-01-01T00:00:00.000Z"',
      '"f4":-1.401298464324817e-45',
    ]) {
      expect(text).toContain(part);
    }
    const { minValues, maxValues, nullCount } = JSON.parse(text);
    expect(nullCount).toEqual(
      Object.fromEntries(EVERY_TYPE.fields.slice(0, 15).map(({ name }) => [name, 1])),
    );
    for (const name of ['ok', 'bin', 'list', 'rec'])
      expect([name in minValues, name in maxValues]).toEqual([false, false]);
    // Rounding up to a millisecond would leave year 9999.
    expect(maxValues.ts).toBeUndefined();
  });

  it('round timestamps outwards to milliseconds', () => {
    const values = BigInt64Array.of(1_700_000_000_123_456n, -1n);
    expect(JSON.parse(oneColumn('timestamp', values, 2))).toMatchObject({
      minValues: { c: '1969-12-31T23:59:59.999Z' },
      maxValues: { c: '2023-11-14T22:13:20.124Z' },
    });
    expect(JSON.parse(oneColumn('timestamp_ntz', values, 2)).maxValues).toEqual({
      c: '2023-11-14T22:13:20.124',
    });
  });

  it.each([
    ['a NaN', [1, Number.NaN]],
    ['only NaN', [Number.NaN]],
    ['an infinity', [1, Number.POSITIVE_INFINITY]],
  ])('leave out the bounds of floats with %s', (_, values) => {
    const { minValues, maxValues, nullCount } = JSON.parse(
      oneColumn('double', Float64Array.from(values), values.length),
    );
    expect([minValues, maxValues, nullCount]).toEqual([{}, {}, { c: 0 }]);
  });

  it('keep the bounds of floats where a NaN lies under a null', () => {
    const data = dataOf(arrowTypeOf('double'), 3, {
      values: Float64Array.of(2.5, Number.NaN, -1),
      validity: Uint8Array.of(0b101),
      nullCount: 1,
    });
    const text = statsText(new Table({ c: makeVector(data) as Vector }), struct({ c: 'double' }));
    expect(JSON.parse(text)).toMatchObject({
      minValues: { c: -1 },
      maxValues: { c: 2.5 },
      nullCount: { c: 1 },
    });
  });

  it('keep prefixes of long text, ordered as UTF-8', () => {
    const long = `z${'x'.repeat(60)}`;
    const { minValues, maxValues } = JSON.parse(textColumn([long, 'b', '\u{10000}', '\uffff']));
    expect(minValues.c).toBe('b');
    expect(maxValues.c).toBe('\u{10000}');
    const longer = JSON.parse(textColumn([long, long]));
    expect(longer.minValues.c).toBe(long.slice(0, 32));
    expect(longer.maxValues.c > long && longer.maxValues.c.length <= 34).toBe(true);
  });

  it('leave out columns that are null in every row', () => {
    expect(JSON.parse(textColumn([null, null]))).toEqual({
      numRecords: 2,
      minValues: {},
      maxValues: {},
      nullCount: { c: 2 },
    });
  });

  it('cover the first 32 columns', () => {
    const names = Array.from({ length: 40 }, (_, index) => `c${index}`);
    const table = new Table(
      Object.fromEntries(names.map((name) => [name, vectorFromArray([1n], arrowTypeOf('long'))])),
    );
    const schema = { type: 'struct' as const, fields: names.map((name) => field(name, 'long')) };
    expect(Object.keys(JSON.parse(statsText(table, schema)).nullCount)).toEqual(names.slice(0, 32));
  });

  it('span row groups', () => {
    const values = BigInt64Array.from({ length: 1_000_001 }, (_, row) => BigInt(row));
    expect(oneColumn('long', values, values.length)).toBe(
      '{"numRecords":1000001,"minValues":{"c":0},"maxValues":{"c":1000000},"nullCount":{"c":0}}',
    );
  });

  it('come back exactly', () => {
    const stats = parseStats(statsText(everyTypeTable(), EVERY_TYPE), EVERY_TYPE);
    expect(stats.numRecords).toBe(3);
    expect(stats.minValues.l).toBe(-9223372036854775808n);
    expect(stats.maxValues.d38).toMatchObject({ text: '9999999999999999999999999999.9999999999' });
    expect(stats.maxValues.f8).toBe(1.7976931348623157e308);
    expect(stats.minValues.s).toBe('');
    expect(serializeStats(stats)).toBe(statsText(everyTypeTable(), EVERY_TYPE).replace('.0,"f4"', ',"f4"'));
  });

  it('of other writers may be missing or broken', () => {
    expect([
      readNumRecords(undefined),
      readNumRecords(''),
      readNumRecords('{'),
      readNumRecords('{}'),
      readNumRecords('{"numRecords":5}'),
    ]).toEqual([undefined, undefined, undefined, undefined, 5]);
  });
});

describe('bounds of text', () => {
  it('follow the prefix rule', () => {
    const x = (count: number): string => 'x'.repeat(count);
    expect(lowerBound(x(32) + 'y')).toBe(x(32));
    expect(lowerBound(`${x(31)}𝄞z`)).toBe(`${x(31)}𝄞`);
    expect(upperBound(x(32))).toBe(x(32));
    expect(upperBound(x(40))).toBe(`${x(32)}\u007f`);
    expect(upperBound(`${x(32)}é`)).toBe(`${x(32)}\u{10FFFF}`);
    expect(upperBound(`${x(32)}\u{10FFFF}a`)).toBe(`${x(32)}\u{10FFFF}\u007f`);
    expect(upperBound(`${x(32)}${'\u{10FFFF}'.repeat(40)}a`)).toBeUndefined();
  });
});
