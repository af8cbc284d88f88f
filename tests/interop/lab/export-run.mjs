// Runs the transactions lab in Chromium and exports its tables: the zip of each, and the rows as the tab's own SQL shows them.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { serve } from '../../../scripts/serve.mjs';
import { flags } from '../../browsers/drivers.mjs';

const recipe = { rowsPerDay: 1500, days: 2, startDate: '2025-01-31', seed: 11, dirtRate: 0.05 };

/** @param {string} folder gets `<schema>.<table>.zip` and `<schema>.<table>.json` for each table with rows */
export async function exportRun(folder, executablePath) {
  mkdirSync(folder, { recursive: true });
  const { chromium } = await import('playwright');
  const site = await serve({ port: 0 });
  const browser = await chromium.launch({ executablePath, args: flags });
  try {
    const page = await browser.newPage();
    await page.goto(`${site.url}labs/transactions/`);
    await page.waitForFunction(() => typeof window.tarn === 'object');
    await page.evaluate(() => window.tarn.ready);
    const { state } = await page.evaluate((params) => window.tarn.run('transactions', params), recipe);
    if (state !== 'completed') throw new Error(`the run ended as ${state}`);
    const tables = await page.evaluate(() => window.tarn.tables('transactions'));
    for (const { name } of tables.filter(
      ({ kind, name }) => kind === 'table' && !name.startsWith('system.'),
    )) {
      const { zip, rows } = await page.evaluate(exportTable, name);
      writeFileSync(path.join(folder, `${name}.zip`), Buffer.from(zip, 'base64'));
      writeFileSync(path.join(folder, `${name}.json`), rows);
    }
  } finally {
    await browser.close();
    await site.close();
  }
}

/** Runs in the page. */
async function exportTable(name) {
  const blob = await window.tarn.exportTable(name);
  const zip = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1]);
    reader.readAsDataURL(blob);
  });
  const rows = await window.tarn.query(`select * from ${name}`);
  return {
    zip,
    rows: JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  };
}
