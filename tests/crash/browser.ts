/** A Chromium of our own on a profile that outlives it, so that it can be killed with all its processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
];

export class CrashBrowser {
  readonly #profile = mkdtempSync(path.join(os.tmpdir(), 'tarn-crash-'));
  #process: ChildProcess | undefined;
  #browser: Browser | undefined;

  constructor(readonly executablePath: string) {}

  /** Starts Chromium on the profile, as the last one left it. */
  async start(): Promise<void> {
    // What a killed Chromium left to say that it still runs, and on which port.
    for (const name of readdirSync(this.#profile))
      if (/^Singleton|^DevToolsActivePort$/.test(name))
        rmSync(path.join(this.#profile, name), { force: true });
    const flags = [...FLAGS, `--user-data-dir=${this.#profile}`, 'about:blank'];
    // A process group of its own: the group is what is killed.
    this.#process = spawn(this.executablePath, flags, { detached: true, stdio: 'ignore' });
    this.#browser = await chromium.connectOverCDP(`http://127.0.0.1:${await this.#port()}`);
  }

  get isRunning(): boolean {
    return this.#browser !== undefined;
  }

  /** The context of the profile. */
  get context(): BrowserContext {
    const context = this.#browser?.contexts()[0];
    if (!context) throw new Error('The browser is not running.');
    return context;
  }

  /** SIGKILL for every process of the browser at once. */
  async kill(): Promise<void> {
    const { pid } = this.#process ?? {};
    const ended = new Promise((resolve) => this.#process?.once('exit', resolve));
    if (pid !== undefined && this.#process?.exitCode === null) {
      process.kill(-pid, 'SIGKILL');
      await ended;
    }
    await this.#browser?.close().catch(() => undefined);
    this.#browser = undefined;
    this.#process = undefined;
  }

  /** Ends it and forgets the profile. */
  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  async #port(): Promise<number> {
    const file = path.join(this.#profile, 'DevToolsActivePort');
    for (let tries = 0; tries < 600; tries += 1) {
      const port = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
      if (port > 0) return port;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${this.executablePath} did not open its debugging port within 30 s.`);
  }
}
