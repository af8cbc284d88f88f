import {
  DataType,
  Dictionary,
  Field,
  Int32,
  Int64,
  Interval,
  IntervalUnit,
  Schema,
  TimeUnit,
  Timestamp,
  Uint16,
  Uint64,
  Utf8,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { arrowTypeOf, deltaSchemaOf, deltaTypeOfArrow } from '../../../workers/lake/schema/arrow-types.ts';
import { deltaTypeOf, duckdbTypeOf } from '../../../workers/lake/schema/duckdb-types.ts';
import { field, parseSchema, serializeSchema, struct } from '../../../workers/lake/schema/schema.ts';
import type { DeltaType } from '../../../workers/lake/types.ts';
import { EVERY_TYPE } from './every-type.ts';

describe('schemaString', () => {
  it('goes there and back for every type', () => {
    const nested = struct({
      m: {
        type: 'map',
        keyType: 'string',
        valueType: { type: 'array', elementType: 'date', containsNull: false },
        valueContainsNull: true,
      },
    });
    for (const schema of [EVERY_TYPE, nested]) expect(parseSchema(serializeSchema(schema))).toEqual(schema);
  });

  it('is spelt as the protocol spells it', () => {
    const schema = struct({ id: 'long', price: 'decimal(18,2)' });
    schema.fields[0] = { ...field('id', 'long', false), metadata: { comment: 'key' } };
    expect(serializeSchema(schema)).toBe(
      '{"type":"struct","fields":[{"name":"id","type":"long","nullable":false,"metadata":{"comment":"key"}},' +
        '{"name":"price","type":"decimal(18,2)","nullable":true,"metadata":{}}]}',
    );
  });

  it.each([
    ['{"type":"struct","fields":[{"name":"v","type":"variant"}]}', /Unknown type of v: variant/],
    ['{"type":"struct","fields":[{"name":"v","type":"decimal(39,2)"}]}', /decimal\(39,2\)/],
    ['"long"', /must be a struct/],
    ['{', /not JSON/],
  ])('is refused when unknown: %s', (text, message) => {
    expect(() => parseSchema(text)).toThrow(message);
  });
});

describe('DuckDB types', () => {
  it.each<[DeltaType, string]>([
    ['decimal(18,2)', 'DECIMAL(18,2)'],
    ['timestamp', 'TIMESTAMP'],
    ['string', 'VARCHAR'],
    ['long', 'BIGINT'],
    ['integer', 'INTEGER'],
    ['short', 'SMALLINT'],
    ['byte', 'TINYINT'],
    ['double', 'DOUBLE'],
    ['float', 'FLOAT'],
    ['boolean', 'BOOLEAN'],
    ['date', 'DATE'],
    ['binary', 'BLOB'],
    [{ type: 'array', elementType: 'long', containsNull: true }, 'BIGINT[]'],
    [
      { type: 'map', keyType: 'string', valueType: 'decimal(9,2)', valueContainsNull: true },
      'MAP(VARCHAR, DECIMAL(9,2))',
    ],
    [
      struct({ a: 'long', 'b "x"': { type: 'array', elementType: 'string', containsNull: true } }),
      'STRUCT("a" BIGINT, "b ""x""" VARCHAR[])',
    ],
  ])('%j is %s, both ways', (delta, duckdb) => {
    expect(duckdbTypeOf(delta)).toBe(duckdb);
    expect(deltaTypeOf(duckdb)).toEqual(delta);
  });

  it.each<[string, DeltaType]>([
    ['HUGEINT', 'decimal(38,0)'],
    ['UBIGINT', 'decimal(20,0)'],
    ['UINTEGER', 'long'],
    ['USMALLINT', 'integer'],
    ['UTINYINT', 'short'],
    ["ENUM('a', 'b')", 'string'],
    ['UUID', 'string'],
    ['TIME', 'string'],
    ['INTERVAL', 'string'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
    ['timestamp_ns', 'timestamp'],
    ['DECIMAL', 'decimal(18,3)'],
    ['INTEGER[3]', { type: 'array', elementType: 'integer', containsNull: true }],
    [
      'STRUCT(a INTEGER, b STRUCT(c DECIMAL(4,1), d VARCHAR))',
      struct({ a: 'integer', b: struct({ c: 'decimal(4,1)', d: 'string' }) }),
    ],
  ])('%s is kept as %j', (duckdb, delta) => {
    expect(deltaTypeOf(duckdb)).toEqual(delta);
  });

  it('says which types cannot be kept', () => {
    expect(() => deltaTypeOf('UNION(a INTEGER, b VARCHAR)')).toThrow(
      /DuckDB type UNION\(a INTEGER, b VARCHAR\) cannot be stored/,
    );
    expect(() => deltaTypeOf('GEOMETRY')).toThrow(/GEOMETRY/);
  });
});

describe('Arrow types', () => {
  it('go there and back', () => {
    for (const { type } of EVERY_TYPE.fields) {
      // A naive timestamp means UTC, so that its way back is the other Delta type.
      expect(deltaTypeOfArrow(arrowTypeOf(type))).toEqual(type === 'timestamp_ntz' ? 'timestamp' : type);
    }
  });

  it('give instants in microseconds and UTC', () => {
    const type = arrowTypeOf('timestamp');
    expect(DataType.isTimestamp(type) && [type.unit, type.timezone]).toEqual([TimeUnit.MICROSECOND, 'UTC']);
  });

  it('widen, unfold, and are refused by name', () => {
    const schema = new Schema([
      new Field('u', new Uint16()),
      new Field('big', new Uint64()),
      new Field('kind', new Dictionary(new Utf8(), new Int32())),
      new Field('at', new Timestamp(TimeUnit.NANOSECOND, 'Europe/Paris')),
      new Field('n', new Int64()),
    ]);
    expect(deltaSchemaOf(schema)).toEqual(
      struct({ u: 'integer', big: 'decimal(20,0)', kind: 'string', at: 'timestamp', n: 'long' }),
    );
    expect(() => deltaTypeOfArrow(new Interval(IntervalUnit.DAY_TIME))).toThrow(/cannot be stored/);
  });
});
