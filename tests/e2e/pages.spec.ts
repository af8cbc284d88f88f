import type { Page } from '@playwright/test';
import { expect, measureOverflow, runSmall, test, waitForEngine } from './tarn.ts';

const THEMES = ['light', 'dark'] as const;
/** A laptop, a phone, and the laptop at 200 % zoom. */
const WIDTHS = [1440, 720, 390];

/** Words that a page shows when it is complete, by address. */
const PAGES: [path: string, complete: (page: Page) => ReturnType<Page['locator']>][] = [
  ['', (page) => page.getByRole('link', { name: /transactions/i })],
  ['labs/transactions/', (page) => page.getByTestId('fingerprint')],
  ['labs/transactions/runs/', (page) => page.getByRole('row').filter({ hasText: 'Completed' })],
  ['labs/transactions/runs/run/?id=RUN', (page) => page.getByTestId('gantt-row')],
  ['labs/transactions/tables/', (page) => page.getByRole('link', { name: 'risk_summary' })],
  ['labs/transactions/tables/table/?name=silver.transactions', (page) => page.getByRole('gridcell')],
  [
    'labs/transactions/tables/table/?name=silver.transactions&tab=versions',
    (page) => page.getByRole('row').filter({ hasText: 'CREATE TABLE' }),
  ],
  ['labs/transactions/tables/table/?name=gold.nothing', (page) => page.getByRole('alert')],
  ['labs/transactions/sql/', (page) => page.locator('.cm-content')],
  ['labs/transactions/storage/', (page) => page.getByTestId('storage-use')],
  [
    'labs/transactions/tables/table/?name=silver.transactions&tab=changes',
    (page) => page.getByTestId('version-bar'),
  ],
  [
    'labs/transactions/dashboards/?name=operations',
    (page) => page.locator('[data-tile=channel_table][data-tile-state=ready]'),
  ],
  [
    'labs/transactions/dashboards/?name=customers_risk',
    (page) => page.locator('[data-tile-state=ready]').nth(8),
  ],
];

/** Rows of text that the bottom bar of a phone would hide at the end of the page. */
async function expectNothingCovered(page: Page) {
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  const gap = await page.evaluate(() => {
    const bar = [...document.querySelectorAll('nav')].find(
      (nav) => getComputedStyle(nav).position === 'fixed',
    );
    const last = document.querySelector('main > :last-child');
    if (!bar || !last || bar.getBoundingClientRect().height === 0) return 0;
    return bar.getBoundingClientRect().top - last.getBoundingClientRect().bottom;
  });
  expect(gap, 'distance between the content and the bottom bar').toBeGreaterThanOrEqual(0);
}

test('every page fits a laptop, 200 % zoom and a phone, light and dark, and keeps quiet', async ({
  page,
}) => {
  const { runId } = await runSmall(page);
  for (const [path, complete] of PAGES) {
    await test.step(path || 'gallery', async () => {
      await page.goto(path.replace('RUN', runId));
      await waitForEngine(page);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 844 });
        await expect(complete(page).first()).toBeVisible();
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme });
          await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
          await expect
            .poll(() => measureOverflow(page), `${width} px, ${colorScheme}`)
            .toBeLessThanOrEqual(0);
        }
      }
      await expectNothingCovered(page);
    });
  }
});
