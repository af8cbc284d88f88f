import type { BrowserContext, Page } from '@playwright/test';
import type { RunSummary, TransactionsParams } from '../../workers/api.ts';
import { findRenderer } from './renderers.ts';
import { expect, openReady, pressRun, smallRecipe, test, waitForEngine } from './tarn.ts';

const LAB = `labs/transactions/?${smallRecipe}`;
const SMALL = { rowsPerDay: 3000, days: 1, startDate: '2025-01-01', seed: 7, dirtRate: 0.02 };
const LONG = { ...SMALL, rowsPerDay: 500_000, days: 2 };
/** Two seconds are what a free machine needs; a loaded one gets more, and more still if opening the first tab took long. */
const takeoverLimit = () => Math.max(5000, 3 * openedFirst);
let openedFirst = 0;

async function openTabs(context: BrowserContext, count: number): Promise<Page[]> {
  const pages: Page[] = [];
  for (let index = 0; index < count; index += 1) {
    const started = Date.now();
    const page = await context.newPage();
    await openReady(page, LAB);
    if (pages.push(page) === 1) openedFirst = Date.now() - started;
  }
  return pages;
}

const roleOf = (page: Page) => page.evaluate(async () => (await window.tarn.role()).role);
const run = (page: Page, params: Partial<TransactionsParams>) =>
  page.evaluate((given) => window.tarn.run('transactions', given), params);
const fingerprint = (page: Page) => page.evaluate(() => window.tarn.fingerprint('transactions'));
const statesOf = (page: Page) =>
  page.evaluate(async () => (await window.tarn.runs('transactions')).map(({ state }) => state));
const expectRole = (page: Page, role: string) =>
  expect(page.getByTestId('tab-role')).toHaveAttribute('data-role', role);

/** Starts a run that will not end before its leader does; answers what becomes of the call. */
async function startLongRun(page: Page): Promise<{ fate: Promise<string> }> {
  const fate = page.evaluate(
    (given) =>
      window.tarn.run('transactions', given).then(
        ({ state }) => state,
        (error: Error) => error.name,
      ),
    LONG,
  );
  // Its first line comes after its first row is committed.
  await expect.poll(() => countLinesOfRun(page), { intervals: [50] }).toBeGreaterThan(0);
  return { fate };
}

const countLinesOfRun = (page: Page) =>
  page.evaluate(async () => {
    const running = (await window.tarn.runs('transactions')).find(({ state }) => state === 'running');
    return running ? (await window.tarn.logs(running.runId)).length : 0;
  });

/** Time until a page's engine answers a question that needs all of it; the page must lead by then. */
async function measureTakeover(page: Page, what: string): Promise<void> {
  const started = Date.now();
  await expect.poll(() => roleOf(page), { intervals: [20] }).toBe('leader');
  const led = Date.now() - started;
  expect(await page.evaluate(() => window.tarn.query('select 42 as answer'))).toEqual([{ answer: 42 }]);
  const answered = Date.now() - started;
  console.log(
    `${what}: another tab leads after ${led} ms, answers after ${answered} ms (opening took ${openedFirst} ms)`,
  );
  expect(answered).toBeLessThan(takeoverLimit());
}

/** Every table: its commits without gap or double; the lab's tables hold the rows that their logs tell of. */
async function expectSoundTables(page: Page): Promise<void> {
  const tables = await page.evaluate(async () => {
    const known = (await window.tarn.tables('transactions')).filter(({ kind }) => kind === 'table');
    const countRows = async (name: string) =>
      (await window.tarn.query(`select count(*) as n from ${name}`, { lab: 'transactions' }))[0]!['n'];
    return Promise.all(
      known.map(async ({ name, numRecords }) => ({
        name,
        numRecords,
        versions: (await window.tarn.history(name, 'transactions')).map(({ version }) => version),
        rows: name.startsWith('system.') ? numRecords : await countRows(name),
      })),
    );
  });
  expect(tables.length).toBeGreaterThan(5);
  for (const { name, numRecords, versions, rows } of tables) {
    expect(rows, name).toBe(numRecords);
    expect(versions, name).toEqual(versions.map((_, index) => versions.length - 1 - index));
  }
}

test('a follower sees the run of the leader, and the leader that of a follower', async ({ context }) => {
  const [leader, follower] = (await openTabs(context, 2)) as [Page, Page];
  await expectRole(leader, 'leader');
  await expectRole(follower, 'follower');
  await expect(follower.getByTestId('tab-role')).toContainText('2');
  for (const [actor, observer] of [
    [leader, follower],
    [follower, leader],
  ] as const) {
    const hear = await observer.evaluateHandle(async () => {
      const kinds: string[] = [];
      await window.tarn.subscribe(({ type }) => kinds.push(type));
      return kinds;
    });
    await pressRun(actor);
    await expect(observer.getByTestId('run-state')).toHaveAttribute('data-state', 'completed');
    const heard = await hear.jsonValue();
    expect(heard).toEqual(expect.arrayContaining(['status', 'run', 'task', 'test', 'log', 'tables']));
  }
  expect(await fingerprint(follower)).toEqual(await fingerprint(leader));
  expect(await statesOf(follower)).toEqual(['completed', 'completed']);
});

test('a tab that is opened during a run sees it from its beginning', async ({ context }) => {
  const [leader] = (await openTabs(context, 1)) as [Page];
  const { fate } = await startLongRun(leader);
  const [late] = (await openTabs(context, 1)) as [Page];
  await expect(late.getByTestId('run-state')).toHaveAttribute('data-state', 'running');
  await late.evaluate(async () => {
    const [running] = await window.tarn.runs('transactions');
    await window.tarn.cancel(running!.runId);
  });
  expect(await fate).toBe('cancelled');
  await expect(late.getByTestId('run-state')).toHaveAttribute('data-state', 'cancelled');
});

test('five tabs ask at once: what is refused is refused, what is committed is there once', async ({
  context,
}) => {
  const pages = await openTabs(context, 5);
  expect((await Promise.all(pages.map(roleOf))).filter((role) => role === 'leader')).toHaveLength(1);
  const fates = await Promise.all(
    pages.map((page) =>
      run(page, SMALL).then(
        ({ state }) => state,
        (error: Error) => (/RunInProgressError|already/i.test(error.message) ? 'refused' : error.message),
      ),
    ),
  );
  expect(fates.toSorted()).toEqual(['completed', 'refused', 'refused', 'refused', 'refused']);
  const before = await pages[0]!.evaluate(() =>
    window.tarn.query('select count(*) as n from silver.transactions'),
  );
  const deleted = await Promise.all(
    pages.map((page, index) =>
      page.evaluate(
        (digit) => window.tarn.deleteRows('silver.transactions', `hash(transaction_id) % 10 = ${digit}`),
        index,
      ),
    ),
  );
  const gone = deleted.reduce((sum, { rows }) => sum + (rows ?? 0), 0);
  expect(gone).toBeGreaterThan(0);
  expect(new Set(deleted.map(({ version }) => version)).size).toBe(5);
  for (const page of pages) {
    const rows = await page.evaluate(() =>
      window.tarn.query(
        'select count(*) as n, count(distinct transaction_id) as ids from silver.transactions',
      ),
    );
    expect(rows).toEqual([{ n: Number(before[0]!['n']) - gone, ids: Number(before[0]!['n']) - gone }]);
  }
  await expectSoundTables(pages[4]!);
});

test('when the leader is closed, another tab leads by itself and goes on', async ({ context }) => {
  const [leader, second, third] = (await openTabs(context, 3)) as [Page, Page, Page];
  await run(second, SMALL);
  const committed = await fingerprint(third);
  const { fate } = await startLongRun(third);
  await leader.close();
  await measureTakeover(second, 'closed');
  expect(await fate).toBe('LeaderLostError');
  await expectRole(second, 'leader');
  await expectRole(third, 'follower');
  expect(await statesOf(third)).toEqual(['crashed', 'completed']);
  await expect(third.getByTestId('run-state')).toHaveAttribute('data-state', 'crashed');
  expect((await run(third, SMALL)).state).toBe('completed');
  expect(await fingerprint(third)).toEqual(committed);
  await expectSoundTables(third);
});

test('when the process of the leader is killed, another tab leads and calls its run crashed', async ({
  context,
  browser,
}) => {
  const [leader, second] = (await openTabs(context, 2)) as [Page, Page];
  const renderer = await findRenderer(browser, leader);
  await run(leader, SMALL);
  const committed = await fingerprint(second);
  const { fate } = await startLongRun(second);
  process.kill(renderer, 'SIGKILL');
  await measureTakeover(second, 'killed');
  expect(await fate).toBe('LeaderLostError');
  expect(await statesOf(second)).toEqual(['crashed', 'completed']);
  expect((await run(second, SMALL)).state).toBe('completed');
  expect(await fingerprint(second)).toEqual(committed);
  await expectSoundTables(second);
});

test('a frozen leader is replaced by Take over; when it wakes it follows, and changes nothing', async ({
  context,
  browser,
}) => {
  const [leader, second, third] = (await openTabs(context, 3)) as [Page, Page, Page];
  const renderer = await findRenderer(browser, leader);
  await run(leader, SMALL);
  const committed = await fingerprint(second);
  const { fate } = await startLongRun(second);
  process.kill(renderer, 'SIGSTOP');
  let after: RunSummary[];
  try {
    await expectRole(third, 'silent');
    await third.getByTestId('take-over').click();
    await measureTakeover(third, 'frozen, taken over');
    expect(await fate).toBe('LeaderLostError');
    await expectRole(second, 'follower');
    expect(await statesOf(second)).toEqual(['crashed', 'completed']);
    expect((await run(second, SMALL)).state).toBe('completed');
    expect(await fingerprint(third)).toEqual(committed);
    after = await third.evaluate(() => window.tarn.runs('transactions'));
  } finally {
    process.kill(renderer, 'SIGCONT');
  }
  await expectRole(leader, 'follower');
  // Time in which the run that was frozen would commit, were it still alive.
  await third.waitForTimeout(4000);
  expect(await fingerprint(leader)).toEqual(committed);
  expect(await leader.evaluate(() => window.tarn.runs('transactions'))).toEqual(after);
  await expectSoundTables(leader);
  await expect(leader.getByTestId('run-state')).toHaveAttribute('data-state', 'completed');
  await leader.close();
  await second.close();
  // As the lake has it, no tab's memory.
  await third.reload();
  await waitForEngine(third);
  expect(await statesOf(third)).toEqual(['completed', 'crashed', 'completed']);
  await expectSoundTables(third);
});

test('a living leader gives way to Take over, and its run is cancelled, not crashed', async ({ context }) => {
  const [leader, second] = (await openTabs(context, 2)) as [Page, Page];
  const { fate } = await startLongRun(leader);
  await second.getByTestId('tab-role').click();
  await second.getByTestId('take-over').click();
  await measureTakeover(second, 'busy, taken over');
  expect(await fate).toBe('cancelled');
  await expectRole(leader, 'follower');
  expect(await statesOf(leader)).toEqual(['cancelled']);
  expect((await run(leader, SMALL)).state).toBe('completed');
  await expectSoundTables(second);
});

test('a page in the back/forward cache leads no more, and what it was asked is asked again', async ({
  context,
}) => {
  const [leader, second] = (await openTabs(context, 2)) as [Page, Page];
  const tell = (page: Page, type: string) =>
    page.evaluate((kind) => dispatchEvent(new PageTransitionEvent(kind, { persisted: true })), type);
  // Seconds of work for DuckDB: its leader is gone before it answers, and the next one is asked again.
  const question = second.evaluate(() =>
    window.tarn.query(
      'select count(*) as n from range(30000) a, range(3000) b where a.range * b.range % 7 = 3',
    ),
  );
  await tell(leader, 'pagehide');
  await expectRole(second, 'leader');
  expect((await question)[0]!['n']).toBeGreaterThan(0);
  await tell(leader, 'pageshow');
  await expectRole(leader, 'follower');
  expect((await run(leader, SMALL)).state).toBe('completed');
});

test('where lakes are in memory, tabs share one, and are told when it is gone', async ({ context }) => {
  await context.route('**/engine.worker-*.js', async (route) => {
    const response = await route.fetch();
    const hide = 'Object.defineProperty(StorageManager.prototype, "getDirectory", { value: undefined });';
    await route.fulfill({ response, body: hide + (await response.text()) });
  });
  const [leader, second] = (await openTabs(context, 2)) as [Page, Page];
  await run(second, SMALL);
  expect(await fingerprint(second)).toEqual(await fingerprint(leader));
  await expect(second.getByTestId('memory-warning')).toBeVisible();
  await expect(second.getByTestId('memory-lake-gone')).toHaveCount(0);
  await leader.close();
  await expectRole(second, 'leader');
  await expect(second.getByTestId('memory-lake-gone')).toBeVisible();
  expect(await statesOf(second)).toEqual([]);
});
