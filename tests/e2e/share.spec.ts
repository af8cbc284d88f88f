import { expect, openReady, pressRun, smallRecipe, test, watchContext } from './tarn.ts';

test('a link reproduces a run to the last digit in another profile', async ({ page, browser }) => {
  await openReady(page, `labs/transactions/?${smallRecipe}`);
  await pressRun(page);
  const link = await page.getByTestId('share-link').inputValue();
  expect(link).toContain('seed=7');

  const other = await browser.newContext();
  const said = watchContext(other);
  const reader = await other.newPage();
  await openReady(reader, link);
  await pressRun(reader);
  await expect(reader.getByTestId('reproduced')).toHaveAttribute('data-verdict', 'same');
  expect(said).toEqual([]);

  await openReady(reader, link.replace('seed=7', 'seed=8'));
  await pressRun(reader);
  await expect(reader.getByTestId('reproduced')).toHaveAttribute('data-verdict', 'different');
  await expect(reader.getByTestId('reproduced')).toContainText('gold.daily_transaction_summary');
  await other.close();
});

test('the number of workers and the codec change no digit', async ({ page }) => {
  await openReady(page, 'labs/transactions/');
  const fingerprints = await page.evaluate(async () => {
    const recipe = { rowsPerDay: 4000, days: 2, startDate: '2025-01-03', seed: 3, dirtRate: 0.05 };
    const first = await window.tarn.run('transactions', { ...recipe, workers: 1, compression: 'zstd' });
    const second = await window.tarn.run('transactions', { ...recipe, workers: 4, compression: 'snappy' });
    return [first.fingerprint, second.fingerprint];
  });
  expect(fingerprints[0]).not.toBeNull();
  expect(fingerprints[1]).toEqual(fingerprints[0]);
});
