import { readFile } from 'node:fs/promises';
import { expect, runSmall, test, waitForEngine } from './tarn.ts';

test('a table shows its rows, columns, files and versions, and can be exported', async ({ page }) => {
  const run = await runSmall(page);
  await page.goto('labs/transactions/tables/table/?name=silver.transactions');
  await waitForEngine(page);
  const [first] = await page.evaluate(() =>
    window.tarn.query('select transaction_id from silver.transactions limit 1'),
  );
  await expect(page.getByRole('gridcell', { name: String(first!['transaction_id']) })).toBeVisible();

  await page.getByRole('tab', { name: /Schema/ }).click();
  await expect(page.getByRole('row').filter({ hasText: 'amount' }).first()).toContainText('DECIMAL(18,2)');
  await page.getByRole('tab', { name: /Files/ }).click();
  await expect(page.getByRole('row').filter({ hasText: '.parquet' })).toHaveCount(3);
  await page.getByRole('tab', { name: 'Versions' }).click();
  await expect(page).toHaveURL(/tab=versions/);
  await expect(page.getByRole('link', { name: run.runId })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'CREATE TABLE AS SELECT' })).toHaveCount(1);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('silver.transactions.zip');
  const zip = await readFile(await file.path(), 'latin1');
  expect(zip.startsWith('PK')).toBe(true);
  expect(zip).toContain('_delta_log/00000000000000000000.json');
  expect(zip.match(/\.parquet/g)?.length).toBeGreaterThan(3);
});
