import { expect, openReady, runSmall, test } from './tarn.ts';

test('a finished run shows its tests with the rows they object to, and its log can be searched', async ({
  page,
}) => {
  const run = await runSmall(page, { dirtRate: 0.1 });
  await page.goto(`labs/transactions/runs/run/?id=${run.runId}`);
  await expect(page.getByTestId('run-header')).toHaveAttribute('data-state', 'completed');

  await page.getByRole('tab', { name: /Tests/ }).click();
  const bad = page.getByTestId('test-row').filter({ hasText: 'warn_bronze_amounts_out_of_range' });
  await bad.click();
  await expect(bad).toHaveAttribute('aria-expanded', 'true');
  const rows = page.getByTestId('failing-rows').locator('tbody tr');
  await expect(rows.first()).toBeVisible();
  await bad.click();
  await expect(page.getByTestId('failing-rows')).toHaveCount(0);

  await page.getByRole('tab', { name: /Logs/ }).click();
  const log = page.getByRole('log');
  await page.getByRole('searchbox').fill('bronze.transactions is at version');
  await expect(page.getByText(/^1 of \d+ lines$/)).toBeVisible();
  await expect(log).toContainText('bronze.transactions is at version 0');
  await page.getByRole('searchbox').fill('no line says this');
  await expect(page.getByText('No line matches.')).toBeVisible();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: /^risk_summary: / }).click();
  await expect(log).toContainText('risk_summary');
  await expect(log).not.toContainText('dim_merchants');
});

test('the page of a run on its way shows what is still to come, and follows it to its end', async ({
  page,
}) => {
  await openReady(page, 'labs/transactions/?rows=20000&days=3');
  await page.getByTestId('run').click();
  await page.getByRole('link', { name: 'Open run' }).click();
  await expect(page.getByTestId('run-header')).toHaveAttribute('data-state', 'running');
  const last = page.getByRole('button', { name: /^cohort_retention: / });
  await expect(last).toHaveAccessibleName(/not started/);
  await expect(page.getByTestId('run-header')).toHaveAttribute('data-state', 'completed', {
    timeout: 60_000,
  });
  await expect(last).toHaveAccessibleName(/Completed, waited .*ran/);
});
