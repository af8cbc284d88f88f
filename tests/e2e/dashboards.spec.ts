import type { Page } from '@playwright/test';
import { expect, runSmall, test, waitForEngine } from './tarn.ts';

const tile = (page: Page, name: string) => page.locator(`[data-tile="${name}"]`);
const shownCount = (page: Page) => tile(page, 'transactions').locator('[title]').first();

async function expectReady(page: Page) {
  await expect(page.locator('[data-tile-state=ready]').nth(7)).toBeVisible();
  await expect(page.locator('[data-tile]:not([data-tile-state=ready])')).toHaveCount(0);
}

/** Clicks the first bar of a tile where it is drawn: a layer for gestures lies over the bars. */
async function clickMark(page: Page, name: string) {
  const bar = tile(page, name).locator('.barlayer .point path').first();
  await bar.scrollIntoViewIfNeeded();
  const box = await bar.boundingBox();
  await page.mouse.move(box!.x + box!.width / 2 - 4, box!.y + box!.height / 2);
  await page.mouse.move(box!.x + box!.width / 2, box!.y + box!.height / 2);
  await page.mouse.down();
  await page.mouse.up();
}

/** What the tiles must say, asked of the same table. */
async function countRows(page: Page, where: string): Promise<string> {
  const sql = `select cast(sum(transactions) as bigint) as n from gold.daily_activity where ${where}`;
  const [row] = await page.evaluate((asked) => window.tarn.query(asked), sql);
  return Number(row!['n']).toLocaleString('en');
}

test('filters act on every tile, stand in the address and survive a reload', async ({ page }) => {
  await runSmall(page);
  const [all, payments, both] = [
    await countRows(page, 'true'),
    await countRows(page, "transaction_type = 'PAYMENT'"),
    await countRows(page, "transaction_type = 'PAYMENT' and transaction_date = date '2025-01-02'"),
  ];
  await page.getByRole('navigation').getByRole('link', { name: 'Dashboards' }).first().click();
  await expectReady(page);
  await expect(shownCount(page)).toHaveAttribute('title', all);
  // Far below the fold, and drawn without scrolling: print and pictures of the whole page show it.
  await expect(tile(page, 'merchant_categories').locator('.barlayer .point').first()).toBeAttached();
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  const before = await page.locator('[data-tile]').allInnerTexts();

  await page.getByRole('button', { name: 'Type', exact: true }).click();
  await page.getByRole('checkbox', { name: 'PAYMENT', exact: true }).check();
  await page.keyboard.press('Escape');
  await expect(shownCount(page)).toHaveAttribute('title', payments);
  await expectReady(page);
  await expect(page).toHaveURL(/type=PAYMENT/);
  const after = await page.locator('[data-tile]').allInnerTexts();
  expect(after.filter((text, i) => text === before[i])).toEqual([]);

  await page.getByRole('button', { name: 'Period', exact: true }).click();
  await page.getByLabel('First day').fill('2025-01-02');
  await page.getByLabel('Last day').fill('2025-01-02');
  await page.keyboard.press('Escape');
  await expect(shownCount(page)).toHaveAttribute('title', both);
  await expect(page).toHaveURL(/period=2025-01-02\.\.2025-01-02/);

  await page.reload();
  await waitForEngine(page);
  await expect(shownCount(page)).toHaveAttribute('title', both);
  await page.getByRole('button', { name: 'Clear all filters' }).click();
  await expect(shownCount(page)).toHaveAttribute('title', all);
  await expect(page).not.toHaveURL(/type=|period=/);

  // The longest bar of the channels is the first.
  const channel = await page.evaluate(async () => {
    const sql = 'select channel from gold.daily_activity group by 1 order by sum(transactions) desc limit 1';
    return String((await window.tarn.query(sql))[0]!['channel']);
  });
  await expect(tile(page, 'channels').locator('.ytick').first()).toHaveText(channel);
  await clickMark(page, 'channels');
  await expect(page).toHaveURL(new RegExp(`channel=${channel}`));
  await expect(shownCount(page)).toHaveAttribute('title', await countRows(page, `channel = '${channel}'`));

  await page.getByRole('link', { name: 'Customers and risk' }).click();
  await expect(page).toHaveURL(/name=customers_risk/);
  await expectReady(page);
});
