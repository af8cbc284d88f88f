import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import type { RunOutcome, TransactionsParams } from '../../workers/api.ts';

/** A page that may speak to its own site only, and must keep its console free of errors. */
export const test = base.extend<{ quietly: void }>({
  quietly: [
    async ({ context }, use) => {
      const said = watchContext(context);
      await use();
      expect(said, 'console errors and calls to other hosts').toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

/** Collects what should never happen: console errors, uncaught errors, requests to other hosts (which are blocked). */
export function watchContext(context: BrowserContext): string[] {
  const said: string[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => said.push(`uncaught: ${error.error().message}`));
  void context.route(
    (url) => /^http/.test(url.protocol) && url.hostname !== 'localhost',
    (route) => {
      said.push(`other host: ${route.request().url()}`);
      return route.abort();
    },
  );
  return said;
}

export const smallRecipe = 'rows=5000&days=2&start=2025-01-01&seed=7&dirt=0.02';

/** Opens a page of the site and waits for the engine. */
export async function openReady(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await waitForEngine(page);
}

export async function waitForEngine(page: Page): Promise<void> {
  await page.waitForFunction(() => typeof window.tarn === 'object');
  await page.evaluate(() => window.tarn.ready);
}

/** Presses Run on the lab page and waits for green. */
export async function pressRun(page: Page): Promise<void> {
  await page.getByTestId('run').click();
  await expect(page.getByTestId('run-state')).toHaveAttribute('data-state', 'completed', { timeout: 90_000 });
}

/** Runs a small recipe through `window.tarn`, for tests that need tables and look at something else. */
export async function runSmall(page: Page, params: Partial<TransactionsParams> = {}): Promise<RunOutcome> {
  await openReady(page, 'labs/transactions/');
  const recipe = { rowsPerDay: 1500, days: 3, startDate: '2025-01-01', seed: 7, dirtRate: 0.02, ...params };
  const outcome = await page.evaluate((given) => window.tarn.run('transactions', given), recipe);
  expect(outcome.state).toBe('completed');
  return outcome;
}

/** How many pixels the page is wider than its window. */
export function measureOverflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
