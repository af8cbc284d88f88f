// How each browser is driven: Chromium by Playwright, Firefox by Puppeteer (WebDriver BiDi), WebKitGTK by its WebDriver.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @returns {Promise<{ page: import('./main-job.mjs').Page, close: () => Promise<void> }>} */
export async function openChromium(executablePath) {
  const { chromium } = await import('playwright');
  const browser = await chromium.launch({ executablePath, args: flags });
  const page = await browser.newPage();
  return {
    page: {
      goto: async (url) => void (await page.goto(url)),
      reload: async () => void (await page.reload()),
      click: (selector) => page.locator(selector).first().click(),
      evaluate: (script) => page.evaluate(script),
    },
    close: () => browser.close(),
  };
}

export async function openFirefox(executablePath) {
  const { default: puppeteer } = await import('puppeteer-core');
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  return {
    page: {
      goto: async (url) => void (await page.goto(url)),
      reload: async () => void (await page.reload()),
      click: async (selector) => void (await page.$eval(selector, (element) => element.click())),
      evaluate: (script) => page.evaluate(script),
    },
    close: () => browser.close(),
  };
}

export async function openWebKit(miniBrowser, driverPort = 4191) {
  const { Builder, By, Capabilities } = await import('selenium-webdriver');
  const display = await startDisplay();
  const env = { ...process.env, DISPLAY: display.name, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' };
  const driver = spawn('WebKitWebDriver', [`--port=${driverPort}`, '--host=127.0.0.1'], {
    env,
    stdio: 'ignore',
  });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const capabilities = new Capabilities({
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation'] },
  });
  const session = await new Builder()
    .usingServer(`http://127.0.0.1:${driverPort}`)
    .withCapabilities(capabilities)
    .build();
  await session.manage().setTimeouts({ script: 120_000, pageLoad: 60_000 });
  return {
    page: {
      goto: (url) => session.get(url),
      reload: () => session.navigate().refresh(),
      click: async (selector) =>
        void (await session.executeScript(
          'arguments[0].click()',
          await session.findElement(By.css(selector)),
        )),
      evaluate: (script) => runAsync(session, script),
    },
    close: async () => {
      await session.quit().catch(() => undefined);
      driver.kill();
      display.close();
    },
  };
}

/** Answers cross as JSON text, since WebDriver has no way for promises that fail. */
async function runAsync(session, script) {
  const body = `const done = arguments[arguments.length - 1];
    Promise.resolve().then(() => (${script})).then(
      (value) => done(JSON.stringify({ value: value === undefined ? null : value })),
      (error) => done(JSON.stringify({ error: String(error && error.message || error) })));`;
  const { value, error } = JSON.parse(await session.executeAsyncScript(body));
  if (error) throw new Error(error);
  return value;
}

/** Xvfb takes a free display itself and says its number on the file descriptor it is given. */
async function startDisplay() {
  const options = ['-displayfd', '3', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`Xvfb ended with status ${code}`)));
    server.stdio[3].once('data', (text) => resolve(String(text).trim()));
  });
  return { name: `:${number}`, close: () => server.kill() };
}

/** Path of WebKitGTK's MiniBrowser, which the distributions put under an architecture folder. */
export function findMiniBrowser() {
  for (const library of ['/usr/lib', '/usr/libexec'].filter(existsSync))
    for (const folder of [library, ...readdirSync(library).map((name) => path.join(library, name))])
      for (const version of ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0']) {
        const binary = path.join(folder, version, 'MiniBrowser');
        if (existsSync(binary)) return binary;
      }
}
