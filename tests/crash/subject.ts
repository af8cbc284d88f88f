/** The worker under test, from the harness's side of the border. */
import type { Page } from 'playwright';
import type { SubjectPage } from './page/main.ts';
import type { SubjectCalls } from './operations.ts';
import type { CrashBrowser } from './browser.ts';

type Calls = { [K in keyof SubjectCalls]: SubjectCalls[K] };

/** How the thread that does the work comes to its end. */
export const KILLS = ['worker', 'tab', 'renderer', 'browser'] as const;
export type Kill = (typeof KILLS)[number];

export class Subject {
  #page: Page | undefined;

  constructor(
    readonly browser: CrashBrowser,
    readonly url: string,
  ) {}

  /** Starts a fresh worker, in a fresh page or browser where there is none. */
  async start(options: Parameters<Calls['open']>[0]): Promise<void> {
    this.#page ??= await this.#openPage();
    await this.#page.evaluate(() => (window as unknown as { subject: SubjectPage }).subject.start());
    await this.call('open', options);
  }

  /** The page that the worker was started by. */
  get page(): Page {
    if (!this.#page) throw new Error('The worker under test is not running.');
    return this.#page;
  }

  call<M extends keyof Calls>(method: M, ...args: Parameters<Calls[M]>): ReturnType<Calls[M]> {
    const answer = this.page.evaluate(
      ([method, args]) => (window as unknown as { subject: SubjectPage }).subject.call(method, args),
      [method, args] as [string, unknown[]],
    );
    return answer as ReturnType<Calls[M]>;
  }

  /** Ends the worker as `kind` says; calls under way never answer or fail. */
  async kill(kind: Kill): Promise<void> {
    const page = this.#page;
    if (kind === 'worker') {
      await page?.evaluate(() => (window as unknown as { subject: SubjectPage }).subject.terminate());
      return;
    }
    this.#page = undefined;
    if (kind === 'browser') await this.browser.kill();
    else if (kind === 'tab') await page?.close();
    else if (page) await crashRenderer(page);
  }

  async #openPage(): Promise<Page> {
    if (!this.browser.isRunning) await this.browser.start();
    const page = await this.browser.context.newPage();
    await page.goto(this.url);
    return page;
  }
}

/** The renderer process aborts; the page stays as a wreck and is closed. */
export async function crashRenderer(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash', { timeout: 10_000 });
  void page.goto('chrome://crash').catch(() => undefined);
  await crashed;
  await page.close();
}
