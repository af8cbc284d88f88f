import { struct } from '../../../workers/lake/schema/schema.ts';
import type { Compression, StructType } from '../../../workers/lake/types.ts';
import type { Cells } from './cells.ts';

export interface TableStep {
  mode: 'create' | 'append' | 'overwrite';
  schema: StructType;
  rows: Cells[];
  compression?: Compression;
}

export interface TableCase {
  name: string;
  partitionColumns?: string[];
  steps: TableStep[];
}

const EVERY = struct({
  s: 'string',
  l: 'long',
  i: 'integer',
  h: 'short',
  b: 'byte',
  f8: 'double',
  f4: 'float',
  ok: 'boolean',
  d: 'date',
  ts: 'timestamp',
  bin: 'binary',
  d9: 'decimal(9,2)',
  d18: 'decimal(18,2)',
  d38: 'decimal(38,10)',
  d38_0: 'decimal(38,0)',
});

const MOST: Cells = [
  'Grüße 𝄞 "quoted" \\ 日本',
  '9223372036854775807',
  '2147483647',
  '32767',
  '127',
  '1.7976931348623157e308',
  '3.4028234663852886e38',
  'true',
  '9999-12-31',
  '9999-12-31T23:59:59.999999Z',
  '00ff0a',
  '9999999.99',
  '9999999999999999.99',
  '9999999999999999999999999999.9999999999',
  '99999999999999999999999999999999999999',
];

const LEAST: Cells = [
  '',
  '-9223372036854775808',
  '-2147483648',
  '-32768',
  '-128',
  '-5e-324',
  '-1.401298464324817e-45',
  'false',
  '0001-01-01',
  '0001-01-01T00:00:00.000000Z',
  '',
  '-9999999.99',
  '-9999999999999999.99',
  '-9999999999999999999999999999.9999999999',
  '-99999999999999999999999999999999999999',
];

const NULLS: Cells = EVERY.fields.map(() => null);

const MIDDLE: Cells = [
  'x'.repeat(40),
  '9007199254740993',
  '0',
  '1',
  '-1',
  '0.1',
  '0.5',
  'true',
  '1969-12-31',
  '1969-12-31T23:59:59.999001Z',
  '61',
  '0.01',
  '-0.05',
  '0.0000000001',
  '9007199254740993',
];

const DAYS = struct({ id: 'long', region: 'string', amount: 'decimal(18,2)', day: 'date' });
const REGIONS = [
  'north',
  'a b',
  'US/East',
  '100%',
  '12:30',
  'p=1&q=2',
  'Zürich',
  '__HIVE_DEFAULT_PARTITION__x',
  null,
];

function dayRows(day: string, from: number): Cells[] {
  return REGIONS.flatMap((region, index) => [
    [String(from + index), region, `${index}.50`, day],
    [String(from + 100 + index), region, null, day],
  ]);
}

const KEYS = struct({
  l: 'long',
  i: 'integer',
  h: 'short',
  b: 'byte',
  ok: 'boolean',
  d: 'date',
  ts: 'timestamp',
  dec: 'decimal(10,2)',
  value: 'string',
});

const WIDE = struct(
  Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`c${index}`, 'long' as const])),
);

/** Every table of the interop test, written step by step: one commit each. */
export const TABLES: TableCase[] = [
  ...(['zstd', 'snappy', 'none'] as const).map((compression): TableCase => ({
    name: `every_type_${compression}`,
    steps: [
      { mode: 'overwrite', schema: EVERY, rows: [MOST, NULLS, LEAST], compression },
      { mode: 'append', schema: EVERY, rows: [MIDDLE], compression },
      { mode: 'append', schema: EVERY, rows: [NULLS, NULLS], compression },
    ],
  })),
  {
    name: 'partitioned',
    partitionColumns: ['day', 'region'],
    steps: [
      { mode: 'create', schema: DAYS, rows: [] },
      { mode: 'append', schema: DAYS, rows: dayRows('2024-01-31', 0) },
      { mode: 'append', schema: DAYS, rows: dayRows('2024-02-01', 1000) },
      { mode: 'append', schema: DAYS, rows: [['9', 'north', '1.00', null]] },
    ],
  },
  {
    name: 'partitioned_by_every_type',
    partitionColumns: ['l', 'i', 'h', 'b', 'ok', 'd', 'ts', 'dec'],
    steps: [
      {
        mode: 'overwrite',
        schema: KEYS,
        rows: [
          [
            '9007199254740993',
            '-1',
            '2',
            '3',
            'true',
            '2024-02-29',
            '2024-06-15T19:30:45.123456Z',
            '1.05',
            'a',
          ],
          ['0', '0', '0', '0', 'false', '1970-01-01', '1970-01-01T00:00:00.000000Z', '0.00', 'b'],
          [null, null, null, null, null, null, null, null, 'c'],
        ],
      },
    ],
  },
  {
    name: 'overwritten',
    steps: [
      { mode: 'overwrite', schema: DAYS, rows: dayRows('2024-01-31', 0) },
      {
        mode: 'overwrite',
        schema: struct({ id: 'long', note: 'string' }),
        rows: [
          ['1', 'one'],
          ['2', null],
        ],
      },
      { mode: 'overwrite', schema: struct({ id: 'long', note: 'string' }), rows: [] },
      { mode: 'overwrite', schema: struct({ id: 'long', note: 'string' }), rows: [['3', 'three']] },
    ],
  },
  { name: 'empty', steps: [{ mode: 'create', schema: EVERY, rows: [] }] },
  {
    name: 'naive_timestamps',
    steps: [
      {
        mode: 'overwrite',
        schema: struct({ at: 'timestamp_ntz', n: 'long' }),
        rows: [
          ['2024-06-15 12:30:45.000001', '1'],
          [null, '2'],
        ],
      },
    ],
  },
  {
    name: 'floats',
    steps: [
      {
        mode: 'overwrite',
        schema: struct({ f: 'double', g: 'float' }),
        rows: [
          ['NaN', '1.5'],
          ['1', 'NaN'],
          [null, '-2'],
        ],
      },
      {
        mode: 'append',
        schema: struct({ f: 'double', g: 'float' }),
        rows: [
          ['Infinity', '1'],
          ['-0', '-Infinity'],
        ],
      },
      {
        mode: 'append',
        schema: struct({ f: 'double', g: 'float' }),
        rows: [
          ['-1e300', '0.25'],
          ['5', '7'],
        ],
      },
    ],
  },
  {
    name: 'wide',
    steps: [
      {
        mode: 'overwrite',
        schema: WIDE,
        rows: [1, 2].map((row) => WIDE.fields.map((_, index) => String(row * index))),
      },
    ],
  },
];
