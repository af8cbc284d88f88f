import { expect, openReady, test } from './tarn.ts';

test('the raw rows as a Parquet file make the same tables as the generator', async ({ page }) => {
  await openReady(page, 'labs/transactions/');
  const answer = await page.evaluate(async () => {
    const recipe = { rowsPerDay: 800, days: 2, seed: 5, dirtRate: 0.03 };
    const generated = await window.tarn.run('transactions', recipe);
    const raw = 'select * exclude (_row_id, _batch_date) from bronze.transactions order by _row_id';
    const { ipc } = await window.tarn.queryArrow(raw);
    const file = new File([(await window.tarn.toParquet(ipc)) as BlobPart], 'raw.parquet');
    const report = await window.tarn.importFiles('transactions', 'transactions', [file]);
    const imported = await window.tarn.run('transactions', { ...recipe, source: 'files' });
    return { generated: generated.fingerprint, imported: imported.fingerprint, rows: report.rows };
  });
  expect(answer.rows).toBe(1648);
  expect(answer.generated).not.toBeNull();
  expect(answer.imported).toEqual(answer.generated);
});
