import { expect, test } from 'vitest';
import { bankRow, buildBank, readRows, SUNDAY, type BankRow } from './tiny-bank.ts';

async function silverOf(rows: BankRow[], columns: string): Promise<BankRow[]> {
  const bank = await buildBank(rows);
  return readRows(bank, `select ${columns} from silver.transactions order by transaction_id`);
}

test('of rows with one id the first that passes the rules is kept', async () => {
  const rows = [
    bankRow('B', { amount: '7.00', _row_id: 12 }),
    bankRow('A', { amount: '2.00', _row_id: 9 }),
    bankRow('A', { amount: '1.00', _row_id: 5 }),
    bankRow('A', { amount: '-1.00', _row_id: 3 }),
    bankRow('B', { amount: '8.00', _row_id: 11, customer_id: null }),
  ];
  expect(await silverOf(rows, 'transaction_id, amount')).toEqual([
    { transaction_id: 'A', amount: '1.00' },
    { transaction_id: 'B', amount: '7.00' },
  ]);
});

test('rows without a key or with an impossible amount are dropped', async () => {
  const rows = [
    bankRow('cent', { amount: '0.01' }),
    bankRow('million', { amount: '1000000.00' }),
    bankRow('none', { amount: null }),
    bankRow('zero', { amount: '0.00' }),
    bankRow('less', { amount: '-5.00' }),
    bankRow('more', { amount: '1000000.01' }),
    bankRow('nobody', { customer_id: null }),
    { ...bankRow('undated'), transaction_date: null },
    { ...bankRow('unnamed'), transaction_id: null },
  ];
  expect((await silverOf(rows, 'transaction_id')).map((row) => row.transaction_id)).toEqual([
    'cent',
    'million',
  ]);
});

test('missing values get their stand-ins', async () => {
  const missing = [
    'merchant_id',
    'merchant_name',
    'merchant_category',
    'card_type',
    'currency',
    'is_fraudulent',
  ];
  const row = bankRow('A', Object.fromEntries(missing.map((name) => [name, null])));
  expect(await silverOf([row], missing.join(', '))).toEqual([
    {
      merchant_id: 'UNKNOWN',
      merchant_name: 'UNKNOWN',
      merchant_category: 'UNKNOWN',
      card_type: 'UNKNOWN',
      currency: 'EUR',
      is_fraudulent: false,
    },
  ]);
});

test('calendar columns follow the date and the timestamp', async () => {
  const rows = [
    bankRow('A'),
    bankRow('B', { transaction_date: SUNDAY, transaction_timestamp: `${SUNDAY} 23:59:59` }),
  ];
  expect(await silverOf(rows, 'year, month, day, day_of_week, hour')).toEqual([
    { year: 2024, month: 6, day: 3, day_of_week: 2, hour: 12 },
    { year: 2024, month: 6, day: 9, day_of_week: 1, hour: 23 },
  ]);
});

test.each([
  ['9.99', 'MICRO'],
  ['10.00', 'SMALL'],
  ['99.99', 'SMALL'],
  ['100.00', 'MEDIUM'],
  ['1000.00', 'LARGE'],
  ['9999.99', 'LARGE'],
  ['10000.00', 'VERY_LARGE'],
])('an amount of %s is %s', async (amount, category) => {
  expect(await silverOf([bankRow('A', { amount })], 'amount_category')).toEqual([
    { amount_category: category },
  ]);
});

test('times of day change at 6, 12, 18 and 22', async () => {
  const hours = ['05', '06', '11', '12', '17', '18', '21', '22'];
  const rows = hours.map((hour) => bankRow(hour, { transaction_timestamp: `2024-06-03 ${hour}:30:00` }));
  const silver = await silverOf(rows, 'time_of_day');
  const expected = 'NIGHT MORNING MORNING AFTERNOON AFTERNOON EVENING EVENING NIGHT'.split(' ');
  expect(silver.map((row) => row.time_of_day)).toEqual(expected);
});

test('day columns count and add per customer and day, by time, then id', async () => {
  const at = (time: string) => `2024-06-03 ${time}`;
  const rows = [
    bankRow('B', { amount: '2.00', transaction_timestamp: at('09:00:00') }),
    bankRow('A', { amount: '4.00', transaction_timestamp: at('09:00:00') }),
    bankRow('C', { amount: '1.00', transaction_timestamp: at('08:00:00') }),
    bankRow('D', { amount: '50.00', customer_id: 'C2' }),
    bankRow('E', { amount: '60.00', transaction_date: SUNDAY }),
  ];
  const silver = await silverOf(
    rows,
    'transaction_id as id, daily_transaction_count as n, daily_cumulative_amount as total',
  );
  expect(silver).toEqual([
    { id: 'A', n: 3, total: '5.00' },
    { id: 'B', n: 3, total: '7.00' },
    { id: 'C', n: 3, total: '1.00' },
    { id: 'D', n: 1, total: '50.00' },
    { id: 'E', n: 1, total: '60.00' },
  ]);
});

test('high risk: over 5000, flagged, or more than 20 in the day', async () => {
  const busy = (customer: string, count: number) =>
    Array.from({ length: count }, (_, i) => bankRow(`${customer}-${i}`, { customer_id: customer }));
  const rows = [
    bankRow('at limit', { amount: '5000.00', customer_id: 'X' }),
    bankRow('over', { amount: '5000.01', customer_id: 'X' }),
    bankRow('fraud', { is_fraudulent: true, customer_id: 'X' }),
    ...busy('twenty', 20),
    ...busy('more', 21),
  ];
  const bank = await buildBank(rows);
  const high = await readRows(
    bank,
    `select customer_id, count(*)::integer as n from silver.transactions where is_high_risk group by 1 order by 1`,
  );
  expect(high).toEqual([
    { customer_id: 'X', n: 2 },
    { customer_id: 'more', n: 21 },
  ]);
});
