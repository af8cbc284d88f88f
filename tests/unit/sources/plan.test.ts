import { describe, expect, it } from 'vitest';

import {
  checkParams,
  checkSpec,
  planPartitions,
  TRANSACTIONS_PARAMS,
} from '../../../workers/sources/index.ts';

const spec = { rowsPerDay: 1_000_000, days: 1, startDate: '2025-01-01', seed: 42, dirtRate: 0.01 };
const transactions = (changes: object) =>
  planPartitions({ ...spec, ...changes }).filter((partition) => partition.table === 'transactions');

describe('planPartitions', () => {
  it('makes customers and merchants one partition each', () => {
    const entities = planPartitions(spec).filter((partition) => partition.table !== 'transactions');
    expect(entities.map(({ table, date, rows }) => ({ table, date, rows }))).toEqual([
      { table: 'customers', date: null, rows: 10_000 },
      { table: 'merchants', date: null, rows: 5_000 },
    ]);
  });

  it('cuts a day into chunks of at most 250 000 distinct rows and appends the duplicates', () => {
    const chunks = transactions({});
    expect(
      chunks.map(({ chunk, rows, duplicates, firstOrdinal }) => [chunk, rows, duplicates, firstOrdinal]),
    ).toEqual([
      [0, 252_500, 2_500, 1],
      [1, 252_500, 2_500, 250_001],
      [2, 252_500, 2_500, 500_001],
      [3, 252_500, 2_500, 750_001],
    ]);
    expect(transactions({ rowsPerDay: 250_001 })).toHaveLength(2);
    expect(transactions({ rowsPerDay: 1 }).map((chunk) => chunk.rows)).toEqual([1]);
  });

  it('numbers the rows of the run without a gap', () => {
    let next = 0;
    for (const partition of transactions({ days: 3, rowsPerDay: 300_000 })) {
      expect(partition.firstRow).toBe(next);
      next += partition.rows;
    }
    expect(next).toBe(909_000);
  });

  it('gives Saturday and Sunday 0.6 of the volume, across a month end', () => {
    const volumes = transactions({ rowsPerDay: 1000, days: 5, startDate: '2025-01-30', dirtRate: 0 });
    expect(volumes.map(({ date, rows }) => [date, rows])).toEqual([
      ['2025-01-30', 1000],
      ['2025-01-31', 1000],
      ['2025-02-01', 600],
      ['2025-02-02', 600],
      ['2025-02-03', 1000],
    ]);
  });

  it('is plain data', () => {
    expect(structuredClone(planPartitions(spec))).toEqual(planPartitions(spec));
  });
});

describe('checkSpec', () => {
  it.each([
    [{ rowsPerDay: 0 }, 'rowsPerDay: expected a whole number from 1 to 5000000, got 0'],
    [{ rowsPerDay: 5_000_001 }, 'rowsPerDay'],
    [{ rowsPerDay: 1.5 }, 'rowsPerDay'],
    [{ rowsPerDay: NaN }, 'rowsPerDay'],
    [{ days: 32 }, 'days: expected a whole number from 1 to 31, got 32'],
    [
      { startDate: '2025-02-29' },
      "startDate: expected a date YYYY-MM-DD from 1970-01-01 to 2199-12-31, got '2025-02-29'",
    ],
    [{ startDate: '01/02/2025' }, 'startDate'],
    [{ startDate: '2200-01-01' }, 'startDate'],
    [{ seed: -1 }, 'seed: expected a whole number from 0 to 4294967295, got -1'],
    [{ dirtRate: 0.21 }, 'dirtRate: expected a number from 0 to 0.2, got 0.21'],
  ])('refuses %j', (changes, message) => {
    expect(() => checkSpec({ ...spec, ...changes })).toThrow(message);
    expect(() => checkSpec({ ...spec, ...changes })).toThrow(
      expect.objectContaining({ name: 'ParameterError' }),
    );
  });

  it('takes the bounds themselves', () => {
    checkSpec({
      rowsPerDay: 5_000_000,
      days: 31,
      startDate: '2024-02-29',
      seed: 4_294_967_295,
      dirtRate: 0.2,
    });
    checkSpec({ rowsPerDay: 1, days: 1, startDate: '1970-01-01', seed: 0, dirtRate: 0 });
  });
});

describe('TRANSACTIONS_PARAMS', () => {
  it('has defaults that pass its own check', () => {
    checkParams(Object.fromEntries(TRANSACTIONS_PARAMS.map((param) => [param.name, param.default])));
  });

  it('checks choices', () => {
    expect(() => checkParams({ compression: 'gzip' }, ['compression'])).toThrow(
      "Parameter compression: expected one of zstd, snappy, none, got 'gzip'.",
    );
  });
});
