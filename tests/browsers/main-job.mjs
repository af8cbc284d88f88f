// The main job, said once for every browser: a small recipe, Run to green, reload, query, dashboard.

/**
 * @typedef {object} Page what a driver must offer
 * @property {(url: string) => Promise<void>} goto
 * @property {() => Promise<void>} reload
 * @property {(selector: string) => Promise<void>} click
 * @property {(script: string) => Promise<unknown>} evaluate runs `return <script>` in the page; promises are awaited
 */

const recipe = 'rows=3000&days=2&start=2025-01-01&seed=7&dirt=0.01';

/**
 * @param {Page} page
 * @param {string} base address of the site
 * @param {{ durable: boolean, log: (line: string) => void }} options durable: the browser has OPFS
 */
export async function doMainJob(page, base, { durable, log }) {
  const started = Date.now();
  await page.goto(`${base}labs/transactions/?${recipe}`);
  await waitForEngine(page);
  log(`engine ready after ${Date.now() - started} ms`);
  equal(
    await page.evaluate('window.tarn.storage().then((s) => s.kind)'),
    durable ? 'opfs' : 'memory',
    'kind of store',
  );
  if (!durable)
    await until(page, `document.querySelector('[data-testid="memory-warning"]') !== null`, 'the warning');

  await runToGreen(page, log);
  const before = await page.evaluate('window.tarn.fingerprint("transactions")');
  await page.reload();
  await waitForEngine(page);
  const runs = await page.evaluate('window.tarn.runs("transactions").then((r) => r.map((x) => x.state))');
  if (durable) {
    equal(runs, ['completed'], 'history after reload');
    equal(
      await page.evaluate('window.tarn.fingerprint("transactions")'),
      before,
      'fingerprints after reload',
    );
  } else {
    equal(runs, [], 'a memory lake ends with its page');
    await runToGreen(page, log);
    equal(
      await page.evaluate('window.tarn.fingerprint("transactions")'),
      before,
      'fingerprints of a second run',
    );
  }
  log('reload: ok');

  const rows = await page.evaluate(
    'window.tarn.query("select count(*) as n, count(distinct transaction_id) as d from silver.transactions")',
  );
  if (rows[0].n !== rows[0].d || rows[0].n < 5000) throw new Error(`query: ${JSON.stringify(rows)}`);
  log(`query: ${rows[0].n} silver rows`);

  await page.click('a[href*="/labs/transactions/dashboards/"]');
  await until(page, 'document.querySelectorAll("[data-tile-state=ready]").length >= 8', 'eight tiles');
  equal(
    await page.evaluate('document.querySelectorAll("[data-tile-state=error]").length'),
    0,
    'tiles in error',
  );
  log(`dashboard: ok after ${Date.now() - started} ms in all`);
  return before;
}

async function waitForEngine(page) {
  await until(page, 'typeof window.tarn === "object"', 'the page has loaded');
  await page.evaluate('window.tarn.ready.then(() => true)');
}

async function runToGreen(page, log) {
  await until(
    page,
    `document.querySelector('[data-testid="run"]:not([disabled])') !== null`,
    'the Run button',
  );
  await page.click('[data-testid="run"]');
  const state = `window.tarn.runs("transactions").then((r) => r.length > 0 && !["running", "scheduled"].includes(r[0].state) && r[0].state)`;
  equal(await until(page, state, 'the end of the run'), 'completed', 'state of the run');
  await until(
    page,
    `document.querySelector('[data-testid="run"]:not([disabled])') !== null`,
    'the Run button again',
  );
  log('run: completed');
}

async function until(page, script, what, seconds = 90) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await page.evaluate(script);
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for: ${what} (${script})`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function equal(actual, expected, what) {
  if (JSON.stringify(actual) !== JSON.stringify(expected))
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}
