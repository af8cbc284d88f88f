import { readFile } from 'node:fs/promises';
import { expect, runSmall, test } from './tarn.ts';

test('the console completes, runs, marks errors, cancels and saves', async ({ page }) => {
  await runSmall(page, { days: 1 });
  await page.getByRole('navigation').getByRole('link', { name: 'SQL' }).first().click();
  const editor = page.getByRole('textbox', { name: 'SQL editor' });
  const write = async (sql: string) => {
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(sql);
  };

  await test.step('completion offers a table', async () => {
    await expect(page.getByRole('button', { name: /silver\.transactions/ }).first()).toBeVisible();
    await editor.click();
    await page.keyboard.type('select channel, count(*) as n from gold.channel_perf');
    await page.getByRole('option', { name: /channel_performance/ }).click();
    await expect(editor).toContainText('gold.channel_performance');
  });

  await test.step('Ctrl+Enter runs, and the answer can be saved as CSV', async () => {
    await page.keyboard.type(' group by 1 order by 1');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('gridcell', { name: 'ATM', exact: true })).toBeVisible();
    await expect(page.getByRole('listbox')).toHaveCount(0);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const csv = await readFile(await (await download).path(), 'utf8');
    expect(csv.trim().split(/\r?\n/)).toEqual([
      'channel,n',
      ...['ATM', 'BRANCH', 'MOBILE', 'ONLINE', 'POS'].map((channel) => `${channel},1`),
    ]);
  });

  await test.step('an error is marked at its line', async () => {
    await write('select 1 as a,\n  nosuch\nfrom gold.channel_performance');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('alert')).toContainText('nosuch');
    await expect(page.locator('.cm-error-mark')).toHaveText('nosuch');
    await expect(page.locator('.cm-line').nth(1)).toHaveClass(/cm-error-line/);
  });

  await test.step('a table can be asked as it was, and a version it never had is marked', async () => {
    await write('select count(*) * 100 as hundreds from gold.channel_performance@v0');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('gridcell', { name: '500', exact: true })).toBeVisible();
    await write('select channel\nfrom gold.channel_performance@v99');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('alert')).toContainText('no version 99: expected 0 to 0');
    await expect(page.locator('.cm-error-mark')).toHaveText('channel_performance@v99');
  });

  await test.step('Escape cancels what runs, and the next query answers', async () => {
    await write('select count(*) from range(100000) a, range(1000000) b where a.range * b.range % 7 = 3');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('timer')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByText(/^Cancelled after/)).toBeVisible();
    await write('select 41 + 1 as answer');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('gridcell', { name: '42' })).toBeVisible();
  });
});
