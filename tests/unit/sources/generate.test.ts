import { describe, expect, it } from 'vitest';

import {
  generatePartition,
  planPartitions,
  SOURCE_TABLES,
  toIpcStream,
} from '../../../workers/sources/index.ts';
import { arrowSchema } from '../../../workers/sources/columns/schema.ts';
import type { Partition, TransactionsSpec } from '../../../workers/sources/index.ts';
import { column, sha256, shareOf, shares, toCsv, type Cell } from './reading.ts';

const spec: TransactionsSpec = {
  rowsPerDay: 200_000,
  days: 1,
  startDate: '2025-01-01',
  seed: 42,
  dirtRate: 0,
};
const transactionsOf = (of: TransactionsSpec): Partition[] =>
  planPartitions(of).filter((partition) => partition.table === 'transactions');
const generateAll = (of: TransactionsSpec) =>
  transactionsOf(of).map((partition) => generatePartition(of, partition));

const table = generateAll(spec)[0]!; // one chunk: 200 000 rows
const col = (name: string) => column(table, name);
const types = col('transaction_type');
const amountsOf = (...wanted: string[]) =>
  col('amount')
    .filter((_, row) => wanted.includes(String(types[row])))
    .map(Number);

describe('a partition of transactions', () => {
  it('has the columns and types of its Delta schema, in one batch', () => {
    const { schema } = SOURCE_TABLES.transactions;
    expect(table.schema.fields.map((field) => [field.name, String(field.type)])).toEqual(
      arrowSchema(schema).fields.map((field) => [field.name, String(field.type)]),
    );
    expect(schema.fields.map((field) => `${field.name} ${field.type}`)).toEqual([
      'transaction_id string',
      'transaction_date date',
      'transaction_timestamp timestamp',
      'customer_id string',
      'transaction_type string',
      'amount decimal(18,2)',
      'currency string',
      'status string',
      'merchant_id string',
      'merchant_name string',
      'merchant_category string',
      'country string',
      'channel string',
      'card_type string',
      'is_fraudulent boolean',
      'processing_time_ms integer',
      '_row_id long',
      '_batch_date date',
    ]);
    expect(table.batches).toHaveLength(1);
    expect(table.numRows).toBe(200_000);
  });

  it('numbers ids by day and rows by run', () => {
    const small: TransactionsSpec = { ...spec, rowsPerDay: 3, days: 2, startDate: '2025-01-02' };
    const days = generateAll(small);
    expect(days.map((day) => column(day, 'transaction_id'))).toEqual([
      ['T20250102000000001', 'T20250102000000002', 'T20250102000000003'],
      ['T20250103000000001', 'T20250103000000002', 'T20250103000000003'],
    ]);
    expect(days.map((day) => column(day, '_row_id'))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(days.map((day) => column(day, '_batch_date')[0])).toEqual([20090, 20091]);
    expect(days.map((day) => column(day, 'transaction_date')[0])).toEqual([20090, 20091]);
  });

  it('has the eight types in their shares', () => {
    const expected = { PAYMENT: 0.3, TRANSFER: 0.12, WITHDRAWAL: 0.1, DEPOSIT: 0.06 };
    const more = { MOBILE_PAYMENT: 0.14, DIRECT_DEBIT: 0.1, CHECK: 0.03, ONLINE_PURCHASE: 0.15 };
    expectShares(shares(types), { ...expected, ...more }, 0.004);
  });

  it('is 95 % completed, 2 % pending, 2 % failed, 1 % cancelled', () => {
    expectShares(
      shares(col('status')),
      { COMPLETED: 0.95, PENDING: 0.02, FAILED: 0.02, CANCELLED: 0.01 },
      0.002,
    );
  });

  it('is fraudulent in one of a thousand', () => {
    expect(shareOf(col('is_fraudulent'), (fraud) => fraud === true)).toBeCloseTo(0.001, 3);
    expect(shareOf(col('is_fraudulent'), (fraud) => fraud === true)).toBeGreaterThan(0.0007);
  });

  it('withdraws the five banknote amounts alike', () => {
    const expected = { 2000: 0.2, 5000: 0.2, 10000: 0.2, 20000: 0.2, 50000: 0.2 };
    expectShares(shares(amountsOf('WITHDRAWAL').map(String)), expected, 0.015);
  });

  it.each([
    ['TRANSFER', 10_000, 1_000_000],
    ['DEPOSIT', 50_000, 500_000],
  ])('spreads %s amounts uniformly from %d to %d cents', (type, low, high) => {
    const amounts = amountsOf(type);
    expect(Math.min(...amounts)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...amounts)).toBeLessThanOrEqual(high);
    for (const decile of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      const cut = low + decile * (high - low);
      expect(Math.abs(shareOf(amounts, (amount) => amount <= cut) - decile)).toBeLessThan(0.015);
    }
  });

  it('draws everyday amounts from log-normal(3, 1.5)', () => {
    const logs = amountsOf('PAYMENT', 'MOBILE_PAYMENT', 'DIRECT_DEBIT', 'CHECK', 'ONLINE_PURCHASE').map(
      (cents) => Math.log(cents / 100),
    );
    const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
    const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length);
    expect(mean).toBeCloseTo(3, 1);
    expect(deviation).toBeCloseTo(1.5, 1);
    expect(Math.abs(shareOf(logs, (x) => x < 3 - 1.5) - 0.1587)).toBeLessThan(0.005);
    expect(Math.abs(shareOf(logs, (x) => x > 3 + 3) - 0.0228)).toBeLessThan(0.002);
    expect(amountsOf('PAYMENT').every((cents) => cents > 0)).toBe(true);
  });

  it('has hours triangular(6, 23, 12) on its day', () => {
    const hours = col('transaction_timestamp').map((micros) => (Number(micros) - 20089 * 86_400e6) / 3_600e6);
    expect(hours.every((hour) => hour >= 6 && hour <= 23)).toBe(true);
    expect(Math.abs(shareOf(hours, (hour) => hour < 12) - 6 / 17)).toBeLessThan(0.005);
    expect(Math.abs(shareOf(hours, (hour) => hour < 9) - 9 / 102)).toBeLessThan(0.005);
    expect(Math.abs(shareOf(hours, (hour) => hour > 18) - 25 / 187)).toBeLessThan(0.005);
  });

  it('pairs channels, cards and merchants with types that have them', () => {
    const seen = (name: string, type: string) =>
      [...new Set(col(name).filter((_, row) => types[row] === type))].sort();
    expect(seen('channel', 'WITHDRAWAL')).toEqual(['ATM']);
    expect(seen('channel', 'MOBILE_PAYMENT')).toEqual(['MOBILE']);
    expect(seen('channel', 'ONLINE_PURCHASE')).toEqual(['MOBILE', 'ONLINE']);
    expect([...new Set(col('channel'))].sort()).toEqual(['ATM', 'BRANCH', 'MOBILE', 'ONLINE', 'POS']);
    expect(seen('card_type', 'PAYMENT')).toEqual(['CREDIT', 'DEBIT']);
    expect(seen('card_type', 'TRANSFER')).toEqual([null]);
    for (const type of ['TRANSFER', 'WITHDRAWAL', 'DEPOSIT', 'CHECK'])
      expect(seen('merchant_id', type)).toEqual([null]);
    for (const type of ['PAYMENT', 'MOBILE_PAYMENT', 'DIRECT_DEBIT', 'ONLINE_PURCHASE']) {
      expect(seen('merchant_id', type)).not.toContain(null);
    }
    expect(new Set(col('merchant_category').filter(Boolean)).size).toBe(13);
    expect(Math.abs(shareOf(col('country'), (country) => country === 'FR') - 0.64)).toBeLessThan(0.05);
  });

  it('has nearly every customer, some far more active than others', () => {
    const activity = [...shares(col('customer_id')).values()].sort((a, b) => a - b);
    expect(activity.length).toBeGreaterThan(9_500);
    const median = activity[activity.length >> 1] ?? 1;
    expect(activity.at(-1)).toBeGreaterThan(8 * median);
    expect(activity.at(0)).toBeLessThan(median / 8);
    expect(col('customer_id').every((id) => /^C0\d{5}$/.test(String(id)))).toBe(true);
  });
});

describe('generatePartition', () => {
  it('refuses a spec out of bounds, and transactions of no day', () => {
    const partition = transactionsOf(spec)[0]!;
    expect(() => generatePartition({ ...spec, dirtRate: 2 }, partition)).toThrow(
      'Parameter dirtRate: expected',
    );
    expect(() => generatePartition(spec, { ...partition, date: null })).toThrow('needs a date');
  });
});

describe('seeding', () => {
  const dirty: TransactionsSpec = { ...spec, rowsPerDay: 600, days: 3, dirtRate: 0.05 };
  const bytesOf = (of: TransactionsSpec, partition: Partition) =>
    sha256(toIpcStream(generatePartition(of, partition)));

  it('makes the same bytes in any order', () => {
    const partitions = planPartitions(dirty);
    const forward = partitions.map((partition) => bytesOf(dirty, partition));
    bytesOf({ ...dirty, seed: 7 }, partitions[2]!); // another seed in between: nothing of it may stay
    const backward = partitions.toReversed().map((partition) => bytesOf(dirty, structuredClone(partition)));
    expect(backward.toReversed()).toEqual(forward);
    expect(new Set(forward).size).toBe(forward.length);
  });

  it('makes other rows of another seed, day or chunk', () => {
    const chunks = generateAll({ ...spec, rowsPerDay: 250_001 });
    const amounts = (of: (typeof chunks)[number]) => column(of, 'amount').slice(0, 50).join();
    const other = generateAll({ ...spec, seed: 43, rowsPerDay: 50 });
    expect(amounts(chunks[0]!)).not.toBe(amounts(chunks[1]!));
    expect(amounts(other[0]!)).not.toBe(amounts(chunks[0]!));
  });

  it('keeps the rows under the dirt at every rate', () => {
    const [clean, spoilt] = [0, 0.1].map(
      (dirtRate) => generateAll({ ...spec, rowsPerDay: 500, dirtRate })[0]!,
    );
    const statuses = (of: typeof clean) => column(of!, 'status').slice(0, 500);
    expect(statuses(spoilt)).toEqual(statuses(clean));
  });

  it('still makes the rows that its version made', () => {
    // When this fails, the same recipe makes other rows: raise GENERATOR_VERSION, then put the new digest here.
    const rows = generateAll(dirty).map(toCsv).join('');
    const customers = column(generatePartition(dirty, planPartitions(dirty)[0]!), 'email').join();
    expect(sha256(rows + customers)).toBe('838707eddd85a412bdb8511de005efccb62dd9ae9f83c58bddd89ba176f50c60');
  });
});

function expectShares(actual: Map<Cell, number>, expected: Record<string, number>, tolerance: number): void {
  expect([...actual.keys()].map(String).sort()).toEqual(Object.keys(expected).sort());
  for (const [value, wanted] of Object.entries(expected)) {
    expect(Math.abs((actual.get(value) ?? 0) - wanted), value).toBeLessThan(tolerance);
  }
}
