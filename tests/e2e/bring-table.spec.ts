import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { expect, runSmall, test, waitForEngine } from './tarn.ts';

const SOURCE = 'silver.transactions';

/** A Delta table of this lake as a zip, as a person would have downloaded it. */
async function exportTable(page: Page): Promise<Buffer> {
  await page.goto(`labs/transactions/tables/table/?name=${SOURCE}`);
  await waitForEngine(page);
  const downloaded = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  return readFile(await (await downloaded).path());
}

/** Writes the files of a zip into a folder; answers their paths. */
async function unpack(zip: Buffer, folder: string): Promise<string[]> {
  const reader = new ZipReader(new BlobReader(new Blob([new Uint8Array(zip)])));
  const paths: string[] = [];
  for (const entry of await reader.getEntries()) {
    if (entry.directory || !entry.getData) continue;
    const target = path.join(folder, entry.filename);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, await entry.getData(new Uint8ArrayWriter()));
    paths.push(target);
  }
  return paths;
}

async function openPanel(page: Page) {
  await page.goto('labs/transactions/storage/');
  await waitForEngine(page);
  await expect(page.getByTestId('storage-use')).toBeVisible();
  return page.getByTestId('bring');
}

const countRows = (page: Page, table: string) =>
  page.evaluate(
    async (name) => Number((await window.tarn.query(`select count(*) as n from ${name}`))[0]!['n']),
    table,
  );

test('a zip with a Delta table is looked at, named, brought in, and can be queried', async ({ page }) => {
  await runSmall(page);
  const zip = await exportTable(page);
  const panel = await openPanel(page);
  const rows = await countRows(page, SOURCE);

  // A drop, as the browser makes it of files.
  const transfer = await page.evaluateHandle(
    (bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], 'Orders 2024.zip', { type: 'application/zip' }));
      return data;
    },
    [...zip],
  );
  await panel
    .getByRole('group', { name: 'Drop a Delta table here' })
    .dispatchEvent('drop', { dataTransfer: transfer });
  const facts = page.getByTestId('delta-facts');
  await expect(facts).toContainText('Version 0');
  await expect(facts).toContainText(`${rows.toLocaleString('en')} rows`);
  await expect(facts).toContainText('Tarn');
  await expect(facts).toContainText('transaction_date');

  const name = panel.getByLabel('Name in this lake');
  await name.fill('Bronze.Orders');
  await expect(panel.getByRole('button', { name: 'Bring it in' })).toBeDisabled();
  await name.fill(SOURCE);
  await expect(panel).toContainText('There is a table of this name already.');
  await name.fill('bronze.orders_2024');
  await panel.getByRole('button', { name: 'Bring it in' }).click();
  await expect(page.getByTestId('bring-done')).toContainText('bronze.orders_2024 is in the lake');
  await page.getByRole('link', { name: 'Open bronze.orders_2024' }).click();
  await expect(page.getByRole('gridcell').first()).toBeVisible();
  expect(await countRows(page, 'bronze.orders_2024')).toBe(rows);
  const missing = await page.evaluate(() =>
    window.tarn.query('select * from bronze.orders_2024 except select * from silver.transactions'),
  );
  expect(missing).toEqual([]);
});

test('a folder is brought in too; one that needs deletion vectors is refused by that name', async ({
  page,
}, info) => {
  await runSmall(page, { rowsPerDay: 600, days: 1 });
  const folder = info.outputPath('orders');
  const paths = await unpack(await exportTable(page), folder);
  const panel = await openPanel(page);
  const rows = await countRows(page, SOURCE);
  await panel.locator('input[webkitdirectory]').setInputFiles(folder);
  await expect(page.getByTestId('delta-facts')).toContainText(`${rows.toLocaleString('en')} rows`);
  await panel.getByLabel('Name in this lake').fill('bronze.folder_orders');
  await panel.getByRole('button', { name: 'Bring it in' }).click();
  await expect(page.getByTestId('bring-done')).toBeVisible();
  expect(await countRows(page, 'bronze.folder_orders')).toBe(rows);

  const log = paths.find((one) => one.endsWith('_delta_log/00000000000000000000.json'))!;
  const protocol = {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: ['deletionVectors'],
    writerFeatures: ['deletionVectors'],
  };
  const lines = (await readFile(log, 'utf8')).split('\n').map((line) => {
    return line.startsWith('{"protocol"') ? JSON.stringify({ protocol }) : line;
  });
  await writeFile(log, lines.join('\n'));
  await panel.getByRole('button', { name: 'Another table' }).click();
  await panel.locator('input[webkitdirectory]').setInputFiles(folder);
  await expect(panel.getByRole('alert')).toContainText('This table cannot be brought here');
  await expect(panel.getByRole('alert')).toContainText('deletionVectors');
});
