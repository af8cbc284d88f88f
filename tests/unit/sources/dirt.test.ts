import { describe, expect, it } from 'vitest';

import { generatePartition, planPartitions, type TransactionsSpec } from '../../../workers/sources/index.ts';
import { column, shareOf } from './reading.ts';

const ROWS = 100_000;
const RATE = 0.05;

function generate(dirtRate: number) {
  const spec: TransactionsSpec = { rowsPerDay: ROWS, days: 1, startDate: '2025-03-03', seed: 5, dirtRate };
  return generatePartition(spec, planPartitions(spec)[2]!); // after customers and merchants
}

const NEVER_NULL = [
  'transaction_id',
  'transaction_date',
  'customer_id',
  'amount',
  'currency',
  'is_fraudulent',
];

describe('no dirt', () => {
  const table = generate(0);

  it('leaves no null key, no odd amount, no duplicate', () => {
    for (const name of NEVER_NULL) expect(table.getChild(name)?.nullCount, name).toBe(0);
    expect(column(table, 'amount').every((cents) => Number(cents) > 0 && Number(cents) <= 100_000_000)).toBe(
      true,
    );
    expect(new Set(column(table, 'transaction_id')).size).toBe(ROWS);
  });
});

describe('dirt', () => {
  const table = generate(RATE);
  const clean = generate(0);
  const cells = (name: string) => column(table, name).slice(0, ROWS);
  const near = (actual: number, expected: number) =>
    expect(Math.abs(actual - expected)).toBeLessThan(expected * 0.1);
  const isNull = (value: unknown) => value === null;

  it('appends exact duplicates that differ in nothing but their ordinal', () => {
    expect(table.numRows).toBe(ROWS * (1 + RATE));
    const ids = column(table, 'transaction_id');
    const rowOf = new Map(ids.slice(0, ROWS).map((id, row) => [id, row]));
    const names = table.schema.fields.map((field) => field.name).filter((name) => name !== '_row_id');
    const columns = names.map((name) => column(table, name));
    for (let row = ROWS; row < table.numRows; row += 7) {
      const source = rowOf.get(ids[row] ?? null) ?? -1;
      expect(ids[row]).not.toBeNull();
      expect(columns.map((values) => values[row])).toEqual(columns.map((values) => values[source]));
    }
    expect(column(table, '_row_id')).toEqual(Array.from({ length: table.numRows }, (_, row) => row));
  });

  it.each(['transaction_id', 'customer_id', 'amount', 'transaction_date'])(
    'nulls %s in a quarter of the rate',
    (name) => {
      near(shareOf(cells(name), isNull), RATE / 4);
    },
  );

  it('keeps the timestamp and the batch date where the date is null', () => {
    expect(table.getChild('transaction_timestamp')?.nullCount).toBe(0);
    expect(new Set(column(table, '_batch_date'))).toEqual(new Set([20150]));
  });

  it('makes amounts non-positive, and above a million', () => {
    const amounts = cells('amount')
      .filter((cents) => cents !== null)
      .map(Number);
    near(
      shareOf(amounts, (cents) => cents <= 0),
      RATE,
    );
    near(
      shareOf(amounts, (cents) => cents > 100_000_000),
      RATE,
    );
    expect(amounts).toContain(0);
    expect(Math.min(...amounts)).toBeLessThan(0);
  });

  it('loses currencies, cards and merchants among the rows that had them', () => {
    near(shareOf(cells('currency'), isNull), RATE);
    for (const name of ['card_type', 'merchant_id']) {
      const before = column(clean, name);
      near(
        shareOf(
          cells(name).filter((_, row) => before[row] !== null),
          isNull,
        ),
        RATE,
      );
    }
    const lost = ['merchant_id', 'merchant_name', 'merchant_category'].map((name) => cells(name).map(isNull));
    expect(lost[1]).toEqual(lost[0]);
    expect(lost[2]).toEqual(lost[0]);
  });

  it('works on a single row at the highest rate', () => {
    const spec: TransactionsSpec = {
      rowsPerDay: 1,
      days: 31,
      startDate: '2025-03-03',
      seed: 5,
      dirtRate: 0.2,
    };
    for (const partition of planPartitions(spec))
      expect(generatePartition(spec, partition).numRows).toBe(partition.rows);
  });
});
