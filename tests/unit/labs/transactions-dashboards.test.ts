import type { DuckDBConnection } from '@duckdb/node-api';
import { parse } from 'yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { fillFilters } from '../../../src/lib/charts/filter-sql.ts';
import { parseDashboard } from '../../../src/lib/charts/parse-dashboard.ts';
import { readLabFiles } from './lab-project.ts';
import { bankRow, buildBank, MONDAY, readColumns, readRows, SUNDAY } from './tiny-bank.ts';

const dashboards = readLabFiles('dashboards', '.yml').map((file) =>
  parseDashboard(parse(file.text), file.path),
);
const FILTERED = { period: { from: MONDAY, to: SUNDAY }, type: ['PAYMENT', 'CHECK'], channel: ['POS'] };

let bank: DuckDBConnection;
beforeAll(async () => {
  bank = await buildBank([
    bankRow('A', { amount: '6000.00' }),
    bankRow('B', { customer_id: 'C2', transaction_type: 'CHECK', status: 'FAILED', is_fraudulent: true }),
    bankRow('C', { transaction_date: SUNDAY, transaction_type: 'TRANSFER', channel: 'BRANCH' }),
  ]);
});

test('the lab names its dashboards', () => {
  const [lab] = readLabFiles('.', 'lab.yml');
  const named = (parse(lab?.text ?? '') as { dashboards: string[] }).dashboards;
  expect([...named].sort()).toEqual(dashboards.map((dashboard) => dashboard.name).sort());
});

describe.each(dashboards)('dashboard $name', ({ filters, tiles }) => {
  test('fills whole rows of twelve columns', () => {
    const rows = tiles.reduce<number[]>((widths, { width }) => {
      const open = widths.at(-1) ?? 12;
      return open + width <= 12 ? [...widths.slice(0, -1), open + width] : [...widths, width];
    }, []);
    expect(rows.filter((width) => width !== 12)).toEqual([]);
  });

  test.each(filters)('filter $name has choices', async (filter) => {
    const [first] = await readRows(bank, filter.kind === 'multi' ? filter.values : filter.bounds);
    const expected = filter.kind === 'multi' ? ['value'] : ['lo', 'hi'];
    expect(Object.keys(first ?? {})).toEqual(expected);
    expect(Object.values(first ?? {})).not.toContain(null);
  });

  test.each(tiles)('tile $name names only columns it has', async (tile) => {
    const columns = (await readColumns(bank, fillFilters(tile.sql, filters, {}))).map(([name]) => name);
    const places = [...tile.finding.matchAll(/\{(?:first|last)\.(\w+)/g)].map((match) => match[1]);
    const wanted = [tile.x, ...tile.y, tile.series, tile.z, ...Object.keys(tile.format), ...places];
    expect(wanted.filter((name) => name !== null && !columns.includes(name ?? ''))).toEqual([]);
  });

  test.each(tiles)('tile $name has rows, and plain types', async (tile) => {
    const sql = fillFilters(tile.sql, filters, {});
    expect(await readRows(bank, sql)).not.toEqual([]);
    expect((await readColumns(bank, sql)).filter(([, type]) => /HUGEINT|DECIMAL/.test(type))).toEqual([]);
  });

  test.each(tiles)('tile $name and its rows behind obey the filters', async (tile) => {
    for (const sql of [tile.sql, tile.drill].filter((one) => one !== null)) {
      await expect(readRows(bank, fillFilters(sql, filters, FILTERED))).resolves.toBeDefined();
      await expect(
        readRows(bank, fillFilters(sql, filters, { channel: ["l'autre"] })),
      ).resolves.toBeDefined();
    }
    expect(fillFilters(tile.sql, filters, FILTERED)).not.toBe(fillFilters(tile.sql, filters, {}));
  });

  test.each(tiles)('tile $name reads the model it names', async (tile) => {
    expect(tile.sql).toContain(tile.model ?? 'a model');
    await expect(readColumns(bank, `select * from ${tile.model} limit 0`)).resolves.not.toEqual([]);
  });
});
