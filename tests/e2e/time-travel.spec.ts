import { expect, runSmall, test, waitForEngine } from './tarn.ts';

const TABLE = 'labs/transactions/tables/table/?name=silver.transactions';

test('the slider shows a table as it was, the diff counts what changed, and a restore brings it back', async ({
  page,
}) => {
  await runSmall(page);
  await page.evaluate(() => window.tarn.run('transactions', { rowsPerDay: 1500, days: 2, seed: 8 }));
  const truth = await page.evaluate(async () => {
    const count = async (sql: string) => Number((await window.tarn.query(sql))[0]!['n']);
    const both =
      'from silver.transactions@v0 a full join silver.transactions@v1 b using (transaction_id) where';
    return {
      before: await count('select count(*) as n from silver.transactions@v0'),
      after: await count('select count(*) as n from silver.transactions'),
      added: await count(`select count(*) as n ${both} a.customer_id is null`),
      removed: await count(`select count(*) as n ${both} b.customer_id is null`),
    };
  });
  expect(truth.before).not.toBe(truth.after);
  const number = (value: number) => value.toLocaleString('en');

  await page.goto(TABLE);
  await waitForEngine(page);
  const bar = page.getByTestId('version-bar');
  await expect(bar).toContainText('Version 1, the current one');
  await expect(bar).toContainText(`${number(truth.after)} rows`);
  await bar.getByRole('slider').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(bar).toContainText('You are looking at version 0 of 1');
  await expect(bar).toContainText(`${number(truth.before)} rows`);
  await expect(page).toHaveURL(/at=0/);
  await page.reload();
  await expect(bar).toContainText('You are looking at version 0 of 1');
  await page.getByRole('tab', { name: /Files/ }).click();
  await expect(page.getByRole('row').filter({ hasText: '.parquet' })).toHaveCount(3);

  await bar.getByRole('button', { name: 'Compare with now' }).click();
  await page.getByRole('button', { name: 'transaction_id', exact: true }).click();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const counts = page.getByTestId('diff-counts');
  await expect(counts.locator('[data-kind=added]')).toContainText(number(truth.added));
  await expect(counts.locator('[data-kind=removed]')).toContainText(number(truth.removed));
  await expect(page.locator('[role=gridcell][data-mark]').first()).toBeVisible();

  await bar.getByRole('button', { name: 'Restore this version…' }).click();
  const dialog = page.getByRole('dialog');
  const difference = Math.abs(truth.before - truth.after);
  await expect(dialog.getByTestId('operation-line')).toContainText(
    new RegExp(`Will bring back 3 files .* take out 2 files .*${number(difference)} rows more`),
  );
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(dialog.getByTestId('operation-line')).toContainText('as version 2');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(bar).toContainText('Version 2, the current one');
  await expect(bar).toContainText(`${number(truth.before)} rows`);
  const [row] = await page.evaluate(() => window.tarn.query('select count(*) as n from silver.transactions'));
  expect(row).toEqual({ n: truth.before });
});

test('a version that does not exist is said, with the way back', async ({ page }) => {
  await runSmall(page, { rowsPerDay: 500, days: 1 });
  await page.goto(`${TABLE}&at=42`);
  await waitForEngine(page);
  await expect(page.getByRole('alert')).toContainText('Version 42 could not be opened');
  await page.getByRole('button', { name: 'Back to the current version' }).click();
  await expect(page.getByRole('gridcell').first()).toBeVisible();
});
