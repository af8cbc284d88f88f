import type { Browser, Page } from '@playwright/test';

/** Long enough for a page that can to answer, on a loaded machine. */
const ANSWER_MS = 1500;

/** The process of a page. Playwright keeps pages from being frozen by the browser, so tests stop or kill the process instead. */
export async function findRenderer(browser: Browser, page: Page): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  for (const { id, type } of processInfo.toReversed()) {
    if (type === 'renderer' && (await isStoppedBy(id, page))) return id;
  }
  throw new Error(`No renderer process answers for ${page.url()}.`);
}

async function isStoppedBy(pid: number, page: Page): Promise<boolean> {
  process.kill(pid, 'SIGSTOP');
  try {
    const answer = page.evaluate(() => true);
    const late = new Promise<false>((resolve) => setTimeout(resolve, ANSWER_MS, false));
    return !(await Promise.race([answer, late]));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
