import { beforeAll, describe, expect, it } from 'vitest';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { writeIpc } from '../../../workers/lake/parquet/ipc.ts';
import { duckdbTypeOf } from '../../../workers/lake/schema/duckdb-types.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import { boundsOf } from '../../../workers/lake/stats/skipping.ts';
import { EVERY_TYPE, everyTypeTable } from './every-type.ts';
import { PATH, loadParquet, testEnv } from './fixtures.ts';
import { openRowEngine } from './row-engine.ts';

beforeAll(loadParquet);

const SCHEMA = struct({
  id: 'long',
  small: 'byte',
  price: 'decimal(18,2)',
  ratio: 'double',
  name: 'string',
  day: 'date',
  at: 'timestamp',
  ok: 'boolean',
  tags: { type: 'array', elementType: 'string', containsNull: true },
  region: 'string',
});

function bounds(stats: unknown, partitionValues: Record<string, string | null> = {}) {
  const text = typeof stats === 'string' ? stats : JSON.stringify(stats);
  return boundsOf({ partitionValues, stats: text }, SCHEMA);
}

describe('boundsOf', () => {
  it('answers exact text for every type that has bounds', () => {
    const stats =
      '{"numRecords":3,"minValues":{"id":-9007199254740993,"small":-3,"price":1.50,"ratio":-0.5,"name":"a","day":"2024-01-31",' +
      '"at":"2024-01-31T10:00:00.000Z"},"maxValues":{"id":9223372036854775807,"small":4,"price":20.00,"ratio":1e20,"name":"zzz\u007f",' +
      '"day":"2024-02-01","at":"2024-01-31T10:00:00.123Z"},"nullCount":{"id":0,"ok":2,"name":3}}';
    expect(bounds(stats, { region: 'EU' })).toEqual({
      partitionValues: { region: 'EU' },
      numRecords: 3,
      bounds: {
        id: { min: '-9007199254740993', max: '9223372036854775807', nullCount: 0 },
        small: { min: '-3', max: '4' },
        price: { min: '1.50', max: '20.00' },
        ratio: { min: '-0.5', max: '1e20' },
        name: { min: 'a', max: 'zzz\u007f', nullCount: 3 },
        day: { min: '2024-01-31', max: '2024-02-01' },
        // Milliseconds are what is left of a bound: the rest of the last one may be in the file.
        at: { min: '2024-01-31 10:00:00.000000', max: '2024-01-31 10:00:00.123999' },
        ok: { nullCount: 2 },
      },
    });
  });

  it('leaves an instant with microseconds as it is, and moves another zone to UTC', () => {
    const found = bounds({
      minValues: { at: '2024-01-31T10:00:00.000+02:00' },
      maxValues: { at: '2024-01-31T10:00:00.123456Z' },
    });
    expect(found.bounds.at).toEqual({
      min: '2024-01-31 08:00:00.000000',
      max: '2024-01-31 10:00:00.123456',
    });
  });

  it.each([
    ['no statistics', undefined],
    ['text that is no JSON', '{"numRecords":'],
    ['JSON that is no object', '[1]'],
    ['counts that are none', { numRecords: -1, nullCount: { id: 1.5, name: null } }],
    ['bounds that are no object', { minValues: 1, maxValues: null }],
    ['text for a number', { minValues: { id: '1' }, maxValues: { price: 'x' } }],
    ['a number for text', { minValues: { name: 1, day: 19_000, at: 5 } }],
    ['a fraction for a whole number', { minValues: { id: 1.5 } }],
    ['a number out of the range of its type', { minValues: { small: 300 }, maxValues: { small: -129 } }],
    ['more digits than a double keeps', '{"maxValues":{"price":1234567890123456.78}}'],
    ['more digits than the scale', { minValues: { price: 1.234 } }],
    ['a day that is none', { minValues: { day: '2024-13-01', at: 'yesterday' } }],
    ['bounds of types that have none', { minValues: { ok: true, tags: ['a'] } }],
    ['columns the table does not have', { minValues: { other: 1 }, nullCount: { toString: 1 } }],
  ])('has no bounds from %s', (_, stats) => {
    expect(bounds(stats ?? '')).toEqual({ partitionValues: {}, numRecords: undefined, bounds: {} });
  });

  it('holds the values of our own files, as DuckDB reads both', async () => {
    const codec = new DirectCodec(null, testEnv());
    const job = { tablePath: PATH, schema: EVERY_TYPE, partitionColumns: [], compression: 'none' as const };
    const [file] = await codec.encode({ ...job, ipc: writeIpc(everyTypeTable()) });
    const found = boundsOf(file?.add ?? { partitionValues: {} }, EVERY_TYPE).bounds;
    const session = await (await openRowEngine()).open();
    const columns = EVERY_TYPE.fields.map(({ name, type }) => ({ name, type: duckdbTypeOf(type) }));
    await session.load('rows', columns, [writeIpc(everyTypeTable())]);
    const outside = columns.flatMap(({ name, type }) => {
      const { min, max } = found[name] ?? {};
      // DuckDB's parser stops at a NUL.
      const literal = (text: string) => `('${text.replaceAll('\0', "' || chr(0) || '")}')::${type}`;
      return [
        ...(min === undefined ? [] : [`"${name}" < ${literal(min)}`]),
        ...(max === undefined ? [] : [`"${name}" > ${literal(max)}`]),
      ];
    });
    expect(outside.length).toBeGreaterThan(15);
    for await (const _ of session.select(`SELECT * FROM rows WHERE ${outside.join(' OR ')}`))
      throw new Error('A row lies outside the bounds of its file.');
  });
});
