import type { Page } from '@playwright/test';
import { expect, runSmall, test, waitForEngine } from './tarn.ts';

const FOLDER = 'lake/transactions/silver/transactions';

async function openTable(page: Page, name: string, tab = 'files') {
  await page.goto(`labs/transactions/tables/table/?name=${name}&tab=${tab}`);
  await waitForEngine(page);
}

async function openDialog(page: Page, item: string) {
  await page.getByRole('button', { name: 'Maintain' }).click();
  await page.getByRole('menuitem', { name: item }).click();
  return page.getByRole('dialog');
}

const count = (page: Page, sql: string) =>
  page.evaluate(async (text) => Number((await window.tarn.query(text))[0]!['n']), sql);

test('OPTIMIZE says what it will do, packs small files, and changes no row', async ({ page }) => {
  await runSmall(page, { rowsPerDay: 400, days: 1 });
  await page.evaluate(() => window.tarn.run('transactions', { rowsPerDay: 400, days: 1 }));
  const { name, rows } = await page.evaluate(async () => {
    const tables = await window.tarn.tables('transactions');
    // The history of runs is appended to: its files are many and small.
    const many = tables.toSorted((a, b) => b.numFiles - a.numFiles)[0]!;
    return { name: many.name, rows: many.numRecords };
  });
  await openTable(page, name);
  const files = page.getByRole('row').filter({ hasText: '.parquet' });
  await expect(files.nth(1)).toBeVisible();
  const dialog = await openDialog(page, 'Optimize…');
  const line = dialog.getByTestId('operation-line');
  await expect(line).toContainText(/Will pack \d+ files .* into 1 file .*No row changes\./);
  await dialog.getByRole('button', { name: 'Optimize', exact: true }).click();
  await expect(line).toContainText(/Packed \d+ files .* into 1 file .*as version \d+/);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(files).toHaveCount(1);
  const after = await page.evaluate((table) => window.tarn.tableDetail(table, 'transactions'), name);
  expect(after).toMatchObject({ numFiles: 1, numRecords: rows });
  await page.getByRole('tab', { name: 'Versions' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'OPTIMIZE' })).toContainText(/packed into 1 file/);
});

test('rows are deleted by a condition; a wrong one is explained where it stands', async ({ page }) => {
  await runSmall(page);
  const before = await count(page, 'select count(*) as n from silver.transactions');
  const meant = await count(page, 'select count(*) as n from silver.transactions where amount > 500');
  expect(meant).toBeGreaterThan(0);
  await openTable(page, 'silver.transactions');
  const dialog = await openDialog(page, 'Delete rows…');
  const condition = dialog.getByLabel('Condition, in SQL');
  await condition.fill('amout > 500');
  await expect(dialog.getByRole('alert')).toContainText('amout');
  await expect(dialog.getByRole('button', { name: 'Delete the rows' })).toBeDisabled();
  await condition.fill('amount > 500');
  const line = dialog.getByTestId('operation-line');
  await expect(line).toContainText(`Will delete ${meant.toLocaleString('en')} row`);
  await dialog.getByRole('button', { name: 'Delete the rows' }).click();
  await expect(line).toContainText(`Deleted ${meant.toLocaleString('en')} row`);
  expect(await count(page, 'select count(*) as n from silver.transactions')).toBe(before - meant);
  expect(await count(page, 'select count(*) as n from silver.transactions@v0')).toBe(before);
});

/** Does something to a file of a table behind the engine's back. */
function harm(page: Page, folder: string, pattern: string, how: 'remove' | 'truncate') {
  return page.evaluate(
    async ([path, end, harmful]) => {
      let place = await navigator.storage.getDirectory();
      for (const part of path!.split('/')) place = await place.getDirectoryHandle(part);
      const names: string[] = [];
      for await (const name of place.keys()) if (name.endsWith(end!)) names.push(name);
      const last = names.toSorted().at(-1)!;
      if (harmful === 'remove') return place.removeEntry(last);
      const handle = await place.getFileHandle(last);
      const { size } = await handle.getFile();
      const writable = await handle.createWritable({ keepExistingData: true });
      await writable.truncate(Math.floor(size / 2));
      await writable.close();
    },
    [folder, pattern, how],
  );
}

test('a lost data file is found by a check and can be taken out of the table', async ({ page }) => {
  await runSmall(page);
  await openTable(page, 'silver.transactions');
  let dialog = await openDialog(page, 'Check…');
  await dialog.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(dialog.getByTestId('check-line')).toContainText('everything is as the log says');

  const [file] = await page.evaluate(
    async () => (await window.tarn.tableDetail('silver.transactions')).files,
  );
  const parts = file!.path.split('/');
  const folder = [FOLDER, ...parts.slice(0, -1)].join('/');
  await harm(page, decodeURIComponent(folder), parts.at(-1)!, 'remove');
  await page.reload();
  await waitForEngine(page);
  dialog = await openDialog(page, 'Check…');
  await dialog.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(dialog.getByTestId('check-line')).toContainText('something is wrong');
  await dialog.locator('[data-repair=forgetFiles]').click();
  const confirm = page.getByRole('dialog').last();
  await confirm.getByRole('textbox').fill('silver.transactions');
  await confirm.getByRole('button', { name: 'Take the damaged files out' }).click();
  await expect(page.getByRole('row').filter({ hasText: '.parquet' })).toHaveCount(2);
  expect(await count(page, 'select count(distinct transaction_date) as n from silver.transactions')).toBe(2);
});

test('a torn log entry is shown in the list and on the page, stops no other table, and is repaired', async ({
  page,
}) => {
  await runSmall(page);
  await page.evaluate(async () => {
    await window.tarn.deleteRows('silver.transactions', 'amount > 900');
    await window.tarn.deleteRows('silver.transactions', 'amount > 800');
  });
  const rows = await count(page, 'select count(*) as n from silver.transactions@v0');
  await harm(page, `${FOLDER}/_delta_log`, '00000000000000000001.json', 'truncate');
  await page.goto('labs/transactions/tables/');
  await waitForEngine(page);
  const broken = page.getByRole('row').filter({ has: page.getByTestId('problem-badge') });
  await expect(broken).toContainText(['Broken log']);
  expect(await count(page, 'select count(*) as n from gold.daily_activity')).toBeGreaterThan(0);

  await broken.getByRole('link').click();
  const problem = page.getByTestId('problem');
  await expect(problem).toContainText('It cannot be queried until it is repaired.');
  await problem.locator('[data-repair=truncateLog]').click();
  const confirm = page.getByRole('dialog');
  await confirm.getByRole('textbox').fill('silver.transactions');
  await confirm.getByRole('button', { name: 'Go back to version 0' }).click();
  await expect(problem).toBeHidden();
  await expect(page.getByTestId('version-bar')).toContainText('Version 0, the current one');
  expect(await count(page, 'select count(*) as n from silver.transactions')).toBe(rows);
});

test('a commit that is gone is told of in amber, and can be accepted', async ({ page }) => {
  await runSmall(page);
  await page.evaluate(() => window.tarn.deleteRows('silver.transactions', 'amount > 900'));
  await harm(page, `${FOLDER}/_delta_log`, '00000000000000000001.json', 'remove');
  await openTable(page, 'silver.transactions');
  const problem = page.getByTestId('problem');
  await expect(problem).toHaveAttribute('data-kind', 'rolledBack');
  await expect(problem).toContainText('It can still be queried.');
  await problem.locator('[data-repair=accept]').click();
  await expect(problem).toBeHidden();
  await page.reload();
  await waitForEngine(page);
  await expect(page.getByTestId('version-bar')).toContainText('Version 0, the current one');
  await expect(problem).toBeHidden();
});
