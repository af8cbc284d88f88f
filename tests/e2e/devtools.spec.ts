import { expect, openReady, test } from './tarn.ts';

test('query answers plain objects with exact values', async ({ page }) => {
  await openReady(page, 'labs/transactions/');
  const [row] = await page.evaluate(async () => {
    const rows = await window.tarn.query(`select 9007199254740991 as safe, 9007199254740993 as big,
      cast('12345678901234567890.12' as decimal(38,2)) as money, date '2025-01-31' as day,
      timestamp '2025-01-31 10:20:30.123456Z' as moment, cast(null as integer) as nothing, true as yes, 'é' as text`);
    return rows.map((row) => ({ ...row, big: String(row.big), bigType: typeof row.big }));
  });
  expect(row).toEqual({
    safe: 9007199254740991,
    big: '9007199254740993',
    bigType: 'bigint',
    money: '12345678901234567890.12',
    day: '2025-01-31',
    moment: '2025-01-31T10:20:30.123456Z',
    nothing: null,
    yes: true,
    text: 'é',
  });
});

test('tables, history, fingerprint and export say what the lake holds', async ({ page }) => {
  await openReady(page, 'labs/transactions/');
  const answer = await page.evaluate(async () => {
    const outcome = await window.tarn.run('transactions', { rowsPerDay: 2000, days: 2, dirtRate: 0 });
    const tables = await window.tarn.tables('transactions');
    const silver = tables.find((table) => table.name === 'silver.transactions');
    const [{ n }] = (await window.tarn.query('select count(*) as n from silver.transactions')) as [
      { n: number },
    ];
    const zip = await window.tarn.exportTable('silver.transactions');
    return { outcome, silver, n, history: await window.tarn.history('silver.transactions'), zip: zip.size };
  });
  expect(answer.outcome.rows).toBe(19_000);
  expect(answer.silver).toMatchObject({ numRecords: 4000, version: 0 });
  expect(answer.n).toBe(4000);
  expect(answer.history[0]).toMatchObject({ version: 0, runId: answer.outcome.runId });
  expect(answer.zip).toBeGreaterThan(answer.silver!.sizeInBytes);
});

test('bad parameters and unknown names are refused with words', async ({ page }) => {
  await openReady(page, 'labs/transactions/');
  const messages = await page.evaluate(async () => {
    const say = (promise: Promise<unknown>) =>
      promise.then(
        () => 'accepted',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    return [
      await say(window.tarn.run('transactions', { rowsPerDay: 0 })),
      await say(window.tarn.run('nowhere')),
      await say(window.tarn.history('gold.nothing')),
    ];
  });
  expect(messages[0]).toMatch(/rowsPerDay.*0/);
  expect(messages[1]).toMatch(/nowhere/);
  expect(messages[2]).toMatch(/gold\.nothing/);
});
