import type { Page } from '@playwright/test';
import { expect, openReady, test } from './tarn.ts';

/** Presses Tab until the focus is on what is looked for, as a person without a mouse does. */
async function tabTo(page: Page, what: ReturnType<Page['locator']>) {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    if (await what.evaluate((element) => element === document.activeElement).catch(() => false)) return;
  }
  throw new Error('Tab does not reach it within 40 presses');
}

test('the lab runs to green with the keyboard alone, and every layer closes by itself', async ({ page }) => {
  await openReady(page, 'labs/transactions/');
  const rows = page.getByLabel('Rows per day');
  await tabTo(page, page.getByTestId('run'));
  await tabTo(page, rows);
  expect(await rows.evaluate((field) => getComputedStyle(field).outlineStyle)).toBe('solid');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('900');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('run-state')).toHaveAttribute('data-state', 'completed', { timeout: 60_000 });
  await expect(page).toHaveURL(/rows=900/);

  await tabTo(page, page.locator('[data-node="load.bronze.transactions"]'));
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-node="model.transactions.stg_transactions"]')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const panel = page.getByRole('dialog', { name: 'transactions', exact: true });
  await expect(panel).toContainText('dbt model');

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard' });
  await expect(help).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await expect(panel).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();

  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page).toHaveURL(/\/runs\/$/);
  await tabTo(page, page.getByRole('row').getByRole('link').first());
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('run-header')).toBeVisible();
  await page.keyboard.press('Control+K');
  await expect(page.getByRole('combobox', { name: 'Go to' })).toBeFocused();
  await page.keyboard.type('risk_sum');
  await expect(page.getByRole('option')).toHaveText([/risk_summary/]);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/name=gold\.risk_summary/);
});

test('a recipe can be written and Run pressed before the engine is there', async ({ page }) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.context().route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto('labs/transactions/');
  await page.getByLabel('Rows per day').fill('800');
  await page.getByLabel('Days').fill('40');
  await expect(page.getByText('Must be between 1 and 31.')).toBeVisible();
  await expect(page.getByTestId('run')).toBeDisabled();
  await page.getByLabel('Days').fill('1');
  await expect(page).toHaveURL(/rows=800&days=1/);
  await page.getByTestId('run').click();
  await expect(page.getByTestId('run-state')).toHaveAttribute('data-state', 'scheduled');
  await expect(page.getByText('Waiting for the engine')).toBeVisible();
  release();
  await expect(page.getByTestId('run-state')).toHaveAttribute('data-state', 'completed', { timeout: 60_000 });
});
