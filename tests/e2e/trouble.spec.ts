import { expect, openReady, smallRecipe, test } from './tarn.ts';

test('cancel stops within a second and leaves the lake at its last commit', async ({ page }) => {
  await openReady(page, `labs/transactions/?${smallRecipe}`);
  const answer = await page.evaluate(async () => {
    await window.tarn.run('transactions', { rowsPerDay: 3000, days: 1 });
    const before = await window.tarn.fingerprint('transactions');
    const outcome = window.tarn.run('transactions', { rowsPerDay: 400_000, days: 2 });
    await new Promise((resolve) => setTimeout(resolve, 700));
    const [running] = await window.tarn.runs('transactions');
    const asked = performance.now();
    await window.tarn.cancel(running!.runId);
    const stoppedAfter = performance.now() - asked;
    return {
      before,
      stoppedAfter,
      state: (await outcome).state,
      after: await window.tarn.fingerprint('transactions'),
    };
  });
  expect(answer.state).toBe('cancelled');
  expect(answer.stoppedAfter).toBeLessThan(1000);
  expect(answer.after).toEqual(answer.before);
});

test('a run cut by closing the tab is found, called crashed, and can be run again', async ({
  page,
  context,
}) => {
  await openReady(page, `labs/transactions/?${smallRecipe}`);
  await page.evaluate(() => {
    void window.tarn.run('transactions', { rowsPerDay: 600_000, days: 2 });
  });
  await page.waitForFunction(async () => {
    const [run] = await window.tarn.runs('transactions');
    return (
      run !== undefined &&
      (await window.tarn.runDetail(run.runId)).tasks.some((task) => task.state === 'running')
    );
  });
  await page.waitForTimeout(500);
  await page.close();

  const again = await context.newPage();
  await openReady(again, `labs/transactions/?${smallRecipe}`);
  const [crashed] = await again.evaluate(() => window.tarn.runs('transactions'));
  expect(crashed).toMatchObject({ state: 'crashed' });
  const outcome = await again.evaluate(() => window.tarn.run('transactions', { rowsPerDay: 3000, days: 1 }));
  expect(outcome.state).toBe('completed');
  expect(
    await again.evaluate(async () => (await window.tarn.runs('transactions')).map((run) => run.state)),
  ).toEqual(['completed', 'crashed']);
});

test('a user query is cancelled, an error has its position, and the console goes on', async ({ page }) => {
  await openReady(page, `labs/transactions/sql/`);
  const answer = await page.evaluate(async () => {
    const slow = window.tarn
      .queryArrow('select count(*) from range(100000) a, range(1000000) b where a.range * b.range % 7 = 3', {
        queryId: 'q',
      })
      .catch((error: Error) => error.name);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const asked = performance.now();
    await window.tarn.cancelQuery('q');
    const name = await slow;
    const stoppedAfter = performance.now() - asked;
    const wrong = await window.tarn
      .query('select 1 as a,\n  nosuch\nfrom (select 2 as b) t')
      .catch((error: { name: string; message: string; line?: number; column?: number }) => ({
        ...error,
        name: error.name,
        message: error.message,
      }));
    const refused = await window.tarn
      .query('drop table silver.transactions')
      .catch((error: Error) => error.name);
    return { name, stoppedAfter, wrong, refused, ok: await window.tarn.query('select 42 as answer') };
  });
  expect(answer.name).toBe('QueryCancelledError');
  expect(answer.stoppedAfter).toBeLessThan(1000);
  expect(answer.wrong).toMatchObject({ name: 'SqlError', line: 2, column: 3 });
  expect(answer.refused).toBe('ReadOnlyError');
  expect(answer.ok).toEqual([{ answer: 42 }]);
});

test('without OPFS the lake is in memory, says so, and works', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(StorageManager.prototype, 'getDirectory', { value: undefined });
  });
  await page.context().route('**/engine.worker-*.js', async (route) => {
    const response = await route.fetch();
    const hide = 'Object.defineProperty(StorageManager.prototype, "getDirectory", { value: undefined });';
    await route.fulfill({ response, body: hide + (await response.text()) });
  });
  await openReady(page, `labs/transactions/?${smallRecipe}`);
  await expect(page.getByTestId('memory-warning')).toBeVisible();
  const outcome = await page.evaluate(() => window.tarn.run('transactions', { rowsPerDay: 3000, days: 2 }));
  expect(outcome.state).toBe('completed');
});
