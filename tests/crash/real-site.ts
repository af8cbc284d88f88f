/** The built site in a browser of ours, driven through `window.tarn`. */
import type { Page } from 'playwright';
import type { CrashBrowser } from './browser.ts';

export const LAB = 'transactions';
const RECIPE = { rowsPerDay: 20_000, days: 2, startDate: '2025-01-01', seed: 7, dirtRate: 0.02 };

/** Opens the lab's page and waits for its engine. */
export async function openSite(browser: CrashBrowser, url: string): Promise<Page> {
  if (!browser.isRunning) await browser.start();
  const page = await browser.context.newPage();
  await page.goto(`${url}labs/${LAB}/`);
  await page.waitForFunction(() => 'tarn' in window);
  await page.evaluate(() => window.tarn.ready);
  return page;
}

/** Starts a run that is not expected to end. */
export function startRun(page: Page): void {
  const ended = page.evaluate(([lab, recipe]) => window.tarn.run(lab, recipe), [LAB, RECIPE] as const);
  ended.catch(() => undefined);
}

/** Runs the lab and answers its fingerprints as text. */
export async function runToEnd(page: Page): Promise<string> {
  const outcome = await page.evaluate(([lab, recipe]) => window.tarn.run(lab, recipe), [
    LAB,
    RECIPE,
  ] as const);
  if (outcome.state !== 'completed')
    throw new Error(`A run ended as ${outcome.state}: ${JSON.stringify(outcome)}`);
  return JSON.stringify(await page.evaluate((lab) => window.tarn.fingerprint(lab), LAB));
}

/** Runs the lab and answers how it ended, with all that was said of failures. */
export async function tryRun(page: Page): Promise<{ state: string; message: string }> {
  return page.evaluate(
    async ([lab, recipe]) => {
      const { state, tasks } = await window.tarn.run(lab, recipe);
      return { state, message: tasks.map(({ message }) => message ?? '').join(' ') };
    },
    [LAB, RECIPE] as const,
  );
}
