import {
  type Data,
  DateMillisecond,
  Dictionary,
  Float32,
  Int16,
  Int32,
  Int64,
  Int8,
  LargeUtf8,
  Null,
  TimeUnit,
  Timestamp,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  makeVector,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { arrowTypeOf } from '../../../workers/lake/schema/arrow-types.ts';
import { dataOf } from '../../../workers/lake/parquet/buffers.ts';
import { cast } from '../../../workers/lake/schema/cast.ts';
import { concat } from '../../../workers/lake/parquet/concat.ts';
import { gather } from '../../../workers/lake/parquet/gather.ts';
import type { DeltaType } from '../../../workers/lake/types.ts';
import { EVERY_TYPE, everyTypeTable } from './every-type.ts';

const first = (vector: { data: readonly Data[] }): Data => {
  const [data] = vector.data;
  if (!data) throw new Error('no chunk');
  return data;
};
const to = (data: Data, type: DeltaType): unknown[] =>
  [...makeVector(cast(data, arrowTypeOf(type), 'c'))].map(plain);
const plain = (value: unknown): unknown => {
  if (value instanceof Uint32Array) return new BigInt64Array(value.slice().buffer)[0];
  if (typeof value === 'object' && value !== null && 'toJSON' in value)
    return (value as { toJSON(): unknown }).toJSON();
  return value;
};
const longs = (type: Timestamp, ...values: bigint[]): Data =>
  dataOf(type, values.length, { values: BigInt64Array.from(values) });

describe('cast', () => {
  it('widens integers', () => {
    expect(to(first(vectorFromArray([200, null], new Uint8())), 'short')).toEqual([200, null]);
    expect(to(first(vectorFromArray([-5, null], new Int8())), 'integer')).toEqual([-5, null]);
    expect(to(first(vectorFromArray([-5, 7], new Int16())), 'long')).toEqual([-5n, 7n]);
    expect(to(first(vectorFromArray([4_294_967_295, null], new Uint32())), 'long')).toEqual([
      4_294_967_295n,
      null,
    ]);
    expect(to(first(vectorFromArray([2n ** 63n - 1n, null], new Uint64())), 'decimal(20,0)')).toEqual([
      2n ** 63n - 1n,
      null,
    ]);
    expect(to(first(vectorFromArray([-3n], new Int64())), 'decimal(38,0)')).toEqual([-3n]);
    expect(to(first(vectorFromArray([0.5, null], new Float32())), 'double')).toEqual([0.5, null]);
  });

  it('turns every unit of time into microseconds, rounding down', () => {
    const ms = (data: Data): unknown[] => [
      ...(cast(data, arrowTypeOf('timestamp'), 'c').values as BigInt64Array),
    ];
    expect(ms(longs(new Timestamp(TimeUnit.SECOND, null), -1n, 2n))).toEqual([-1_000_000n, 2_000_000n]);
    expect(ms(longs(new Timestamp(TimeUnit.MILLISECOND, 'UTC'), -1n))).toEqual([-1000n]);
    expect(ms(longs(new Timestamp(TimeUnit.NANOSECOND, null), -1n, 1999n))).toEqual([-1n, 1n]);
    expect(ms(longs(new Timestamp(TimeUnit.MICROSECOND, null), 5n))).toEqual([5n]);
  });

  it('turns other forms of text and dates into ours', () => {
    expect(to(first(vectorFromArray(['a', null, 'ü'], new LargeUtf8())), 'string')).toEqual(['a', null, 'ü']);
    const days = cast(
      first(vectorFromArray([new Date('1969-12-31'), null], new DateMillisecond())),
      arrowTypeOf('date'),
      'c',
    );
    expect([days.values[0], days.nullCount]).toEqual([-1, 1]);
    expect(to(dataOf(new Null(), 2, {}), 'decimal(38,2)')).toEqual([null, null]);
    expect(
      to(first(vectorFromArray(['x', null, 'y', 'x'], new Dictionary(new Utf8(), new Int32()))), 'string'),
    ).toEqual(['x', null, 'y', 'x']);
    expect(
      to(first(vectorFromArray([null, null], new Dictionary(new Utf8(), new Int32()))), 'string'),
    ).toEqual([null, null]);
  });

  it.each<[Data, DeltaType]>([
    [first(vectorFromArray([1n], new Int64())), 'integer'],
    [first(vectorFromArray([1n], new Uint64())), 'long'],
    [first(vectorFromArray(['1'], new Utf8())), 'long'],
    [dataOf(arrowTypeOf('decimal(18,2)'), 1, { values: new Uint32Array(4) }), 'decimal(18,3)'],
    [dataOf(arrowTypeOf('decimal(18,2)'), 1, { values: new Uint32Array(4) }), 'decimal(9,2)'],
  ])('refuses what could change a value: %s', (data, type) => {
    expect(() => cast(data, arrowTypeOf(type), 'price')).toThrow(
      /Column price: expected .*, found .*: cast it in the query/,
    );
  });
});

describe('gather and concat', () => {
  const table = everyTypeTable();
  const values = (data: Data): unknown[] => [...makeVector(data)].map(plain);

  it.each(EVERY_TYPE.fields.map(({ name }) => name))('pick and join rows of %s', (name) => {
    const data = first(table.getChild(name) ?? { data: [] });
    const [most, least, none] = values(data);
    expect(values(gather(data, Int32Array.of(2, 0, 1, 0)))).toEqual([none, most, least, most]);
    expect(values(gather(data, Int32Array.of(1, 2)))).toEqual([least, none]);
    expect(values(gather(data, new Int32Array(0)))).toEqual([]);
    expect(values(concat([data, gather(data, Int32Array.of(1)), data]))).toEqual([
      most,
      least,
      none,
      least,
      most,
      least,
      none,
    ]);
  });
});
