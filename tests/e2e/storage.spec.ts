import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, openReady, runSmall, test, waitForEngine } from './tarn.ts';

const STORAGE = 'labs/transactions/storage/';

/** Names of the tables of the list, in its order. */
function listedTables(page: Page): Promise<string[]> {
  return page.getByTestId('storage-use').locator('tbody th').allInnerTexts();
}

async function openStorage(page: Page) {
  await page.goto(STORAGE);
  await waitForEngine(page);
  await expect(page.getByTestId('storage-use')).toBeVisible();
}

/** Backs up what the panel proposes; answers the downloaded zip. */
async function downloadBackup(page: Page) {
  const downloaded = page.waitForEvent('download');
  await page.getByTestId('backup').click();
  const file = await downloaded;
  await expect(page.getByTestId('backup-done')).toContainText(file.suggestedFilename());
  return {
    name: file.suggestedFilename(),
    mimeType: 'application/zip',
    buffer: await readFile(await file.path()),
  };
}

test('tables are listed by what they take, and one is deleted only when its name is typed', async ({
  page,
}) => {
  await runSmall(page);
  await openStorage(page);
  await expect(page.getByTestId('space-used')).toContainText('GiB');
  const uses = await page.evaluate(() => window.tarn.storageUse());
  const bytesOf = new Map(
    uses[0]!.tables.map((one) => [one.name, one.liveBytes + one.oldBytes + one.logBytes]),
  );
  const listed = await listedTables(page);
  expect(listed.toSorted()).toEqual([...bytesOf.keys()].toSorted());
  const sizes = listed.map((name) => bytesOf.get(name) ?? 0);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  await page.getByTitle('Sort by Table').click();
  expect(await listedTables(page)).toEqual(listed.toSorted());

  await page.getByRole('button', { name: 'Actions on gold.hourly_pattern' }).click();
  await page.getByRole('menuitem', { name: 'Delete the table…' }).click();
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Delete' });
  await expect(confirm).toBeDisabled();
  await dialog.getByRole('textbox').fill('gold.hourly');
  await expect(confirm).toBeDisabled();
  await dialog.getByRole('textbox').fill('gold.hourly_pattern');
  await confirm.click();
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId('storage-use')).not.toContainText('gold.hourly_pattern');
  const left = await page.evaluate(() => window.tarn.tables('transactions'));
  expect(left.map(({ name }) => name)).not.toContain('gold.hourly_pattern');
});

test('a lab that was backed up and deleted comes back row for row', async ({ page }) => {
  await runSmall(page);
  const before = await page.evaluate(() => window.tarn.fingerprint('transactions'));
  expect(Object.keys(before).length).toBeGreaterThan(5);
  await openStorage(page);
  const zip = await downloadBackup(page);

  await page.getByRole('button', { name: 'Actions on Transactions' }).click();
  await page.getByRole('menuitem', { name: 'Delete the lab’s data…' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('transactions');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Nothing is stored yet')).toBeVisible();
  expect(await page.evaluate(() => window.tarn.tables('transactions'))).toEqual([]);

  const panel = page.getByTestId('restore');
  await panel.locator('input[type=file]').setInputFiles(zip);
  await expect(page.getByTestId('backup-facts')).toContainText('new here');
  await page.getByTestId('restore-run').click();
  await expect(page.getByTestId('restore-done')).toBeVisible();
  await expect(page.getByTestId('storage-use')).toContainText('silver.transactions');
  expect(await page.evaluate(() => window.tarn.fingerprint('transactions'))).toEqual(before);
});

test('a restore over a lab wants its name, a damaged zip is refused, and nothing is changed by it', async ({
  page,
}) => {
  await runSmall(page);
  await openStorage(page);
  const zip = await downloadBackup(page);
  await page.evaluate(() => window.tarn.run('transactions', { rowsPerDay: 900, days: 1, seed: 8 }));
  const now = await page.evaluate(() => window.tarn.fingerprint('transactions'));

  const torn = Buffer.from(zip.buffer);
  torn[Math.floor(torn.length / 2)]! ^= 0xff;
  const panel = page.getByTestId('restore');
  await panel.locator('input[type=file]').setInputFiles({ ...zip, buffer: torn });
  await expect(panel.getByRole('alert')).toContainText('This backup cannot be restored');
  expect(await page.evaluate(() => window.tarn.fingerprint('transactions'))).toEqual(now);

  await panel.locator('input[type=file]').setInputFiles(zip);
  await expect(page.getByTestId('backup-facts')).toContainText('replaces what is here');
  await page.getByTestId('restore-run').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Restore' })).toBeDisabled();
  await dialog.getByRole('textbox').fill('transactions');
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByTestId('restore-done')).toBeVisible();
  const [row] = await page.evaluate(() =>
    window.tarn.query('select count(distinct transaction_date) as days from silver.transactions'),
  );
  expect(row).toEqual({ days: 3 });
});

test('a vacuum says what it will delete, and then frees it', async ({ page }) => {
  await runSmall(page);
  await page.evaluate(() => window.tarn.run('transactions', { rowsPerDay: 1500, days: 3, seed: 8 }));
  await openStorage(page);
  await page.getByRole('button', { name: 'Actions on silver.transactions' }).click();
  await page.getByRole('menuitem', { name: 'Vacuum old files…' }).click();
  const dialog = page.getByRole('dialog');
  const line = dialog.getByTestId('operation-line');
  await expect(line).toContainText('Nothing to delete');
  await expect(dialog.getByRole('button', { name: 'Vacuum' })).toBeDisabled();
  await dialog.getByLabel('Keep files for').fill('0');
  await expect(line).toContainText(/Will delete 3 files .*; version 0 can no longer be read/);
  await dialog.getByLabel('Type silver.transactions to confirm').fill('silver.transactions');
  await dialog.getByRole('button', { name: 'Vacuum' }).click();
  await expect(line).toContainText('Deleted 3 files');
  const use = await page.evaluate(async () => {
    const [lab] = await window.tarn.storageUse();
    return lab!.tables.find(({ name }) => name === 'silver.transactions');
  });
  expect(use).toMatchObject({ oldFiles: 0, oldBytes: 0 });
});

test('the page says whether the browser keeps the lake, as the browser does', async ({ page }) => {
  await openReady(page, STORAGE);
  const panel = page.getByTestId('persistence');
  await expect(panel).toHaveAttribute('data-state', /evictable|persisted/);
  const ask = page.getByRole('button', { name: 'Make it persistent' });
  if (await ask.isVisible()) {
    await ask.click();
    const granted = await page.evaluate(() => navigator.storage.persisted());
    await expect(panel).toHaveAttribute('data-state', granted ? 'persisted' : 'refused');
  }
});
