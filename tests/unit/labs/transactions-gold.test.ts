import type { DuckDBConnection } from '@duckdb/node-api';
import { parse } from 'yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { readLabFiles, renderModels, renderSql, schemaOf } from './lab-project.ts';
import { bankRow, buildBank, readColumns, readRows, SUNDAY } from './tiny-bank.ts';

const DIRTY = [
  bankRow('A', { amount: '999.99' }),
  bankRow('A', { amount: '999.99' }),
  bankRow('B', { customer_id: 'C2', amount: '50000.00', transaction_type: 'TRANSFER', channel: 'BRANCH' }),
  bankRow('C', { customer_id: 'C2', amount: '0.10', transaction_date: SUNDAY, is_fraudulent: true }),
  bankRow('D', {
    customer_id: 'stranger',
    amount: '1000.00',
    merchant_id: 'corner shop',
    merchant_name: 'Coin',
  }),
  bankRow('E', { customer_id: 'C2', merchant_id: null, merchant_name: null, merchant_category: null }),
  bankRow('F', { amount: '-1.00' }),
  bankRow('G', { amount: '2000000.00' }),
  bankRow('H', { customer_id: null }),
];

interface Properties {
  models: { name: string; description?: string; columns?: { name: string; description?: string }[] }[];
}

let bank: DuckDBConnection;
beforeAll(async () => {
  bank = await buildBank(DIRTY);
});

const singular = readLabFiles('tests', '.sql').map(renderSql);
const documented = new Map(
  readLabFiles('models', '.yml')
    .flatMap((file) => (parse(file.text) as Partial<Properties>).models ?? [])
    .map((model) => [model.name, model]),
);

test.each(singular.filter((one) => one.name.startsWith('assert_')))(
  '$name finds nothing',
  async ({ sql }) => {
    expect(await readRows(bank, sql)).toEqual([]);
  },
);

test.each([
  ['gold.daily_activity', 'assert_gold_totals_equal_silver', 'transactions = transactions + 1'],
  ['gold.merchant_daily_summary', 'assert_gold_totals_equal_silver', 'total_amount = total_amount + 0.01'],
  ['silver.transactions', 'assert_customer_day_columns_agree', 'daily_cumulative_amount = 0'],
  ['silver.transactions', 'assert_high_risk_follows_rule', 'is_high_risk = not is_high_risk'],
  ['silver.transactions', 'assert_amounts_in_range', 'amount = 0'],
  ['gold.customer_segments', 'assert_segments_follow_thresholds', "segment = 'High'"],
  ['gold.cohort_retention', 'assert_retention_within_cohort', 'active_customers = 99'],
  [
    'gold.customer_activity',
    'assert_customer_activity_grain',
    "customer_id = 'C1', transaction_type = 'X', channel = 'Y'",
  ],
])('a wrong %s is found by %s', async (table, name, change) => {
  const broken = await buildBank(DIRTY);
  await broken.run(`update ${table} set ${change}`);
  const { sql } = singular.find((one) => one.name === name) ?? { sql: 'select 1 where false' };
  expect(await readRows(broken, sql)).not.toEqual([]);
});

test('dropped rows are explained, each by one reason', async () => {
  const sql = singular.find((one) => one.name === 'warn_bronze_rows_dropped')?.sql ?? '';
  expect(await readRows(bank, `${sql} order by reason`)).toEqual([
    { reason: 'amount not positive', dropped_rows: '1' },
    { reason: 'amount over 1000000', dropped_rows: '1' },
    { reason: 'no customer_id', dropped_rows: '1' },
    { reason: 'repeated transaction_id', dropped_rows: '1' },
  ]);
});

test('what looks for dirt warns and stops nothing', () => {
  const warning = singular.filter((one) => one.name.startsWith('warn_'));
  expect(warning.map((one) => one.config.severity)).toEqual(warning.map(() => 'warn'));
});

test('segments begin at 1000, 10 000 and 50 000', async () => {
  const amounts = { a: '999.99', b: '1000.00', c: '9999.99', d: '10000.00', e: '49999.99', f: '50000.00' };
  const rows = Object.entries(amounts).map(([id, amount]) => bankRow(id, { customer_id: id, amount }));
  const segments = await readRows(
    await buildBank(rows),
    'select segment from gold.customer_segments order by customer_id',
  );
  expect(segments.map((row) => row.segment)).toEqual(['Low', 'Medium', 'Medium', 'High', 'High', 'VIP']);
});

test('dimensions hold the registers and who is missing there', async () => {
  const customers = 'select customer_id, is_registered from gold.dim_customers order by 1';
  expect(await readRows(bank, customers)).toEqual([
    { customer_id: 'C1', is_registered: true },
    { customer_id: 'C2', is_registered: true },
    { customer_id: 'stranger', is_registered: false },
  ]);
  const merchants = 'select merchant_id, merchant_name from gold.dim_merchants order by 1';
  expect(await readRows(bank, merchants)).toEqual([
    { merchant_id: 'M1', merchant_name: 'Boulangerie' },
    { merchant_id: 'M2', merchant_name: 'Librairie' },
    { merchant_id: 'UNKNOWN', merchant_name: 'UNKNOWN' },
    { merchant_id: 'corner shop', merchant_name: 'Coin' },
  ]);
});

test('a cohort has a row for every day, with the share of it that was active', async () => {
  const sql =
    'select activity_date, cohort_customers, active_customers, retention_share from gold.cohort_retention order by 1';
  expect(await readRows(bank, sql)).toEqual([
    {
      activity_date: '2024-06-03',
      cohort_customers: '2',
      active_customers: '2',
      retention_share: '1.000000',
    },
    { activity_date: SUNDAY, cohort_customers: '2', active_customers: '1', retention_share: '0.500000' },
  ]);
});

test('an average is rounded to the cent', async () => {
  const rows = ['10.00', '10.00', '10.01'].map((amount, i) => bankRow(`${i}`, { amount }));
  const summary = await readRows(
    await buildBank(rows),
    'select average_amount from gold.daily_transaction_summary',
  );
  expect(summary).toEqual([{ average_amount: '10.00' }]);
});

describe.each(renderModels().filter((model) => schemaOf(model.path) === 'gold'))('gold.$name', ({ name }) => {
  test('has a description for itself and for each of its columns, in order', async () => {
    const columns = await readColumns(bank, `select * from gold.${name} limit 0`);
    const model = documented.get(name);
    expect(model?.columns?.map((column) => column.name)).toEqual(columns.map(([column]) => column));
    expect(model?.description).toBeTruthy();
    expect(model?.columns?.filter((column) => !column.description)).toEqual([]);
  });

  test('has no type that adds up differently elsewhere', async () => {
    const columns = await readColumns(bank, `select * from gold.${name} limit 0`);
    expect(columns.filter(([, type]) => /HUGEINT|DOUBLE|FLOAT|DECIMAL\(38/.test(type))).toEqual([]);
  });
});

test.each(readLabFiles('models', '.sql'))('$path keeps to SQL that every warehouse speaks', ({ text }) => {
  const sql = text.replace(/--.*$/gm, '');
  expect(sql).not.toMatch(/::|\bqualify\b|\bfilter\s*\(|\*\s+exclude\b|group by all|\busing\s*\(/i);
});
