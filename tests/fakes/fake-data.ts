import type { LabInfo, Row } from '../../workers/api.ts';

export const FAKE_LAB: LabInfo = {
  name: 'transactions',
  title: 'One million transactions a day',
  description: 'A bank’s transactions, from raw files to dashboards.',
  generatorVersion: 'transactions-1',
  params: [
    {
      name: 'rowsPerDay',
      kind: 'integer',
      default: 1_000_000,
      min: 1,
      max: 5_000_000,
      step: 1,
      unit: 'rows',
    },
    { name: 'days', kind: 'integer', default: 1, min: 1, max: 31, step: 1, unit: 'days' },
    { name: 'startDate', kind: 'date', default: '2025-01-01' },
    { name: 'seed', kind: 'integer', default: 42, min: 0, max: 4_294_967_295, step: 1 },
    { name: 'dirtRate', kind: 'number', default: 0.01, min: 0, max: 0.2, step: 0.005 },
    { name: 'workers', kind: 'integer', default: 2, min: 1, max: 16, step: 1 },
    { name: 'compression', kind: 'choice', default: 'zstd', choices: ['zstd', 'snappy', 'none'] },
    { name: 'source', kind: 'choice', default: 'generator', choices: ['generator', 'files'] },
  ],
  dashboards: [],
};

/** Rows any fake query answers with. */
export function fakeRows(count: number): Row[] {
  const types = ['PAYMENT', 'TRANSFER', 'WITHDRAWAL', 'DEPOSIT', 'MOBILE_PAYMENT'];
  const channels = ['ONLINE', 'POS', 'ATM', 'MOBILE', 'BRANCH'];
  return Array.from({ length: count }, (_, i) => ({
    transaction_id: `T${String(1_000_000 + i * 7919)}`,
    customer_id: `C${String((i * 31) % 10_000).padStart(5, '0')}`,
    transaction_type: types[i % types.length] ?? '',
    amount: (((i * 7919) % 250_000) / 100).toFixed(2),
    status: i % 40 === 0 ? 'FAILED' : 'COMPLETED',
    channel: channels[(i * 3) % channels.length] ?? '',
    merchant_category: i % 9 === 0 ? null : 'GROCERY',
    transaction_timestamp: new Date(Date.UTC(2025, 0, 1, 6 + (i % 16), (i * 13) % 60)).toISOString(),
  }));
}
