import { expect, openReady, pressRun, smallRecipe, test, waitForEngine } from './tarn.ts';

test('a stranger opens the gallery, runs the lab to green and looks at every page', async ({ page }) => {
  await page.goto('');
  await page
    .getByRole('link', { name: /transactions/i })
    .first()
    .click();
  await page.getByLabel(/rows per day/i).fill('5000');
  await page.getByLabel(/days/i).fill('2');
  await pressRun(page);
  await expect(page.getByTestId('fingerprint')).not.toHaveCount(0);

  const nav = page.getByRole('navigation', { name: /main/i });
  await nav.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByRole('row').filter({ hasText: /completed/i })).toHaveCount(1);
  await page
    .getByRole('row')
    .filter({ hasText: /completed/i })
    .getByRole('link')
    .first()
    .click();
  await expect(page.getByTestId('gantt-row').first()).toBeVisible();

  await nav.getByRole('link', { name: 'Tables' }).click();
  await page
    .getByRole('link', { name: /silver\.transactions|^transactions$/ })
    .last()
    .click();
  await expect(page.getByRole('gridcell').first()).toBeVisible();

  await nav.getByRole('link', { name: 'SQL' }).click();
  await page.locator('.cm-content').click();
  await page.keyboard.type('select count(*) as n from silver.transactions');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('gridcell').first()).toBeVisible();

  await nav.getByRole('link', { name: 'Dashboards' }).click();
  await expect(page.locator('[data-tile-state=ready]').nth(7)).toBeVisible();
  await expect(page.locator('[data-tile-state=error]')).toHaveCount(0);
});

test('history, tables and dashboards survive a reload', async ({ page }) => {
  await openReady(page, `labs/transactions/?${smallRecipe}`);
  await pressRun(page);
  const before = await page.evaluate(() => window.tarn.fingerprint('transactions'));
  await page.reload();
  await waitForEngine(page);
  expect(await page.evaluate(() => window.tarn.fingerprint('transactions'))).toEqual(before);
  const [run] = await page.evaluate(() => window.tarn.runs('transactions'));
  expect(run).toMatchObject({ state: 'completed', fingerprint: before });
  const detail = await page.evaluate((id) => window.tarn.runDetail(id), run!.runId);
  expect(detail.tasks.every((task) => task.state === 'completed')).toBe(true);
  expect(detail.tests.length).toBeGreaterThan(20);
});

test('the lab page answers before the engine is there', async ({ page }) => {
  await page.route('**/*.wasm', () => undefined);
  await page.goto(`labs/transactions/?${smallRecipe}`);
  const rows = page.getByLabel(/rows per day/i);
  await expect(rows).toHaveValue('5000');
  await rows.fill('-1');
  await expect(page.getByText(/at least 1|between 1/i).first()).toBeVisible();
});

test('direct links to inner pages work from a sub-path, and an unknown address says so', async ({
  page,
  browser,
}) => {
  for (const path of [
    'labs/transactions/sql/',
    'labs/transactions/tables',
    'labs/transactions/dashboards/?name=operations',
  ])
    expect((await page.goto(path))?.status()).toBe(200);
  const elsewhere = await browser.newContext();
  const missing = await elsewhere.newPage();
  expect((await missing.goto('labs/nowhere/at/all/'))?.status()).toBe(404);
  await expect(missing.getByRole('link').first()).toHaveAttribute('href', /\/some\/where\/$/);
  await elsewhere.close();
});
