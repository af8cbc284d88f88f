import { expect, openReady, test } from './tarn.ts';

const header =
  'transaction_id,transaction_date,transaction_timestamp,customer_id,transaction_type,amount,currency,status,merchant_id,merchant_name,merchant_category,country,channel,card_type,is_fraudulent,processing_time_ms';
const line = (id: number, amount: string) =>
  `X${id},2025-02-03,2025-02-03 10:00:${String(id % 60).padStart(2, '0')},C00000${(id % 9) + 1},PAYMENT,${amount},EUR,COMPLETED,M00001,Shop,GROCERY,FR,POS,DEBIT,false,12`;

test('a wrong file is refused by file, column and line, and nothing is half-imported', async ({ page }) => {
  await openReady(page, 'labs/transactions/');
  const csv = [header, line(1, '10.00'), line(2, 'lots'), line(3, '7.50')].join('\n');
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  const error = page.getByTestId('import-error');
  await expect(error).toContainText('bad.csv');
  await expect(error).toContainText('amount');
  await expect(error).toContainText('lots');
  await expect(error).toContainText('3');
  expect(await page.evaluate(() => window.tarn.imported('transactions', 'transactions'))).toBeNull();
});

test("a user's own files run through the same pipeline", async ({ page }) => {
  await openReady(page, 'labs/transactions/');
  const file = (name: string, from: number) => ({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.from(
      [header, ...Array.from({ length: 500 }, (_, i) => line(from + i, '12.25'))].join('\n'),
    ),
  });
  await page.locator('input[type=file]').setInputFiles([file('one.csv', 0), file('two.csv', 400)]);
  await expect(page.getByTestId('imported')).toContainText('1,000');
  await page.getByTestId('run').click();
  await expect(page.getByTestId('run-state')).toHaveAttribute('data-state', /completed|failed/, {
    timeout: 60_000,
  });
  const [row] = await page.evaluate(() =>
    window.tarn.query('select count(*) as n, sum(amount) as total from silver.transactions'),
  );
  expect(row).toEqual({ n: 900, total: '11025.00' });
});
