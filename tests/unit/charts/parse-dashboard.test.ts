import { expect, test } from 'vitest';
import { DashboardError } from '../../../src/lib/charts/dashboard-error.ts';
import { parseDashboard } from '../../../src/lib/charts/parse-dashboard.ts';

const good = {
  name: 'operations',
  title: 'Transaction operations',
  description: 'How the day went.',
  filters: [
    {
      name: 'period',
      label: 'Period',
      kind: 'date_range',
      column: 'transaction_date',
      bounds: 'select 1 as lo, 2 as hi',
    },
    { name: 'type', kind: 'multi', column: 'transaction_type', values: 'select 1 as value' },
  ],
  tiles: [
    {
      name: 'volume',
      kind: 'bar',
      width: 8,
      sql: 'select 1',
      x: 'day',
      y: 'transactions',
      format: { transactions: 'integer' },
    },
    {
      name: 'hours',
      kind: 'heatmap',
      sql: 'select 1',
      x: 'hour',
      y: 'weekday',
      z: 'transactions',
      model: 'gold.hourly',
    },
  ],
};

function problemsOf(spec: unknown): string[] {
  try {
    parseDashboard(spec, 'dashboards/operations.yml');
  } catch (error) {
    if (error instanceof DashboardError) return error.problems;
    throw error;
  }
  return [];
}

test('a good file becomes a dashboard with its defaults filled in', () => {
  const dashboard = parseDashboard(good, 'dashboards/operations.yml');
  expect(dashboard.filters[1]?.label).toBe('type');
  expect(dashboard.tiles[0]).toMatchObject({
    width: 8,
    y: ['transactions'],
    format: { transactions: 'integer' },
  });
  expect(dashboard.tiles[1]).toMatchObject({ width: 6, series: null, model: 'gold.hourly' });
});

test('every problem names its tile, its key, what is there and what was expected', () => {
  const tile = {
    name: 'shares',
    kind: 'pie',
    width: 13,
    sql: '',
    y: [1],
    colour: 'red',
    format: { a: 'euro' },
  };
  expect(problemsOf({ ...good, tiles: [tile] })).toEqual([
    expect.stringMatching(/^tile "shares": key "colour" is not known here; expected one of name, kind/),
    expect.stringMatching(/^tile "shares": key "kind" is "pie"; expected one of kpi, line/),
    'tile "shares": key "width" is 13; expected a whole number from 1 to 12',
    'tile "shares": key "sql" is missing; expected a text',
    'tile "shares": key "y" is [1]; expected a column or a list of columns',
    expect.stringMatching(/^tile "shares", key "format": key "a" is "euro"; expected one of integer/),
  ]);
});

test('a chart without its columns, twins and an empty dashboard are refused', () => {
  expect(
    problemsOf({ ...good, tiles: [{ name: 'a', kind: 'heatmap', sql: 'select 1', x: 'h', y: 'd' }] }),
  ).toEqual(['tile "a": key "z" is missing; a heatmap tile needs the name of a column here']);
  expect(problemsOf({ ...good, tiles: [good.tiles[0], good.tiles[0]] })[0]).toContain('has "volume" twice');
  expect(problemsOf({ ...good, tiles: [] })).toEqual([
    'key "tiles" is empty; a dashboard needs at least one tile',
  ]);
  expect(problemsOf('nonsense')[0]).toBe('expected a mapping of keys, found "nonsense"');
  expect(
    problemsOf({ ...good, filters: [{ name: 'Type!', kind: 'multi', column: 'c', values: 's' }] })[0],
  ).toContain('filter "Type!": key "name"');
});

test('the message begins with the file', () => {
  expect(() => parseDashboard({}, 'dashboards/fraud.yml')).toThrow(/^dashboards\/fraud\.yml: /);
});
