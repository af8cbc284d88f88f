import { describe, expect, it } from 'vitest';

import { generatePartition, planPartitions, type SourceTableName } from '../../../workers/sources/index.ts';
import { column } from './reading.ts';

const spec = { rowsPerDay: 50_000, days: 1, startDate: '2025-01-01', seed: 9, dirtRate: 0.01 };
const FIRST_DAY = 20089;

function generate(table: SourceTableName, seed = spec.seed) {
  const partition = planPartitions(spec).find((candidate) => candidate.table === table)!; // every table has one
  return generatePartition({ ...spec, seed }, partition);
}

const merchants = generate('merchants');
const customers = generate('customers');
const transactions = generate('transactions');

describe('merchants', () => {
  it('are 5 000 with ids of their own in 13 categories', () => {
    expect(new Set(column(merchants, 'merchant_id')).size).toBe(5000);
    expect(new Set(column(merchants, 'merchant_category')).size).toBe(13);
    for (const field of merchants.schema.fields) expect(merchants.getChild(field.name)?.nullCount).toBe(0);
    expect(column(merchants, 'merchant_name').every((name) => String(name).length > 1)).toBe(true);
  });

  it('are the ones that transactions name', () => {
    const attributes = ['merchant_name', 'merchant_category', 'country'];
    const describeRows = (table: typeof merchants) => {
      const columns = attributes.map((name) => column(table, name));
      return (row: number) => columns.map((cells) => cells[row]).join('|');
    };
    const describeMerchant = describeRows(merchants);
    const describeTransaction = describeRows(transactions);
    const known = new Map(column(merchants, 'merchant_id').map((id, row) => [id, describeMerchant(row)]));
    const ids = column(transactions, 'merchant_id');
    const wrong = ids.filter((id, row) => id !== null && known.get(id) !== describeTransaction(row));
    expect(ids.some((id) => id !== null)).toBe(true);
    expect(wrong).toEqual([]);
  });

  it('change with the seed', () => {
    const other = column(generate('merchants', 10), 'merchant_name');
    expect(other).not.toEqual(column(merchants, 'merchant_name'));
  });
});

describe('customers', () => {
  it('are 10 000, and hold all that transactions name', () => {
    const ids = new Set(column(customers, 'customer_id'));
    expect(ids.size).toBe(10_000);
    expect(column(transactions, 'customer_id').every((id) => id === null || ids.has(id))).toBe(true);
  });

  it('signed up over the 24 months before the first day, as adults', () => {
    const signups = column(customers, 'signup_date').map(Number);
    expect(Math.max(...signups)).toBe(FIRST_DAY - 1);
    expect(Math.min(...signups)).toBe(FIRST_DAY - 730);
    const births = column(customers, 'birth_date').map(Number);
    expect(births.every((birth, row) => (signups[row] ?? 0) - birth >= 18 * 365)).toBe(true);
  });

  it('have French names, reserved addresses and plausible countries', () => {
    const emails = column(customers, 'email');
    expect(emails.every((email) => /^[^@\s]+@example\.org$/.test(String(email)))).toBe(true);
    expect(column(customers, 'last_name')).toContain('Lefebvre');
    const french = column(customers, 'country').filter((country) => country === 'FR').length;
    expect(Math.abs(french / 10_000 - 0.64)).toBeLessThan(0.02);
  });
});
