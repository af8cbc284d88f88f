import { expect, test } from 'vitest';
import { Table, Int64, Utf8, vectorFromArray } from 'apache-arrow';
import { openGridTable } from '../../../src/lib/grid/grid-table.ts';
import { missingColumns, readChartRows } from '../../../src/lib/charts/chart-rows.ts';
import { fillFinding } from '../../../src/lib/charts/finding.ts';
import { formatValue, makeDayLabel } from '../../../src/lib/charts/format-value.ts';

const say = (value: string | number | null, format?: Parameters<typeof formatValue>[1], locale = 'en') =>
  formatValue(value, format, locale).replace(/[\u202f\u00a0]/g, ' ');

test('values are written as people read them', () => {
  expect(say(1234567, 'integer')).toBe('1,234,567');
  expect(say(1234567, 'compact')).toBe('1.23 M');
  expect(say(999_999, 'compact')).toBe('1 M');
  expect(say(950, 'compact')).toBe('950');
  expect(say(-45_600, 'compact')).toBe('-45.6 k');
  expect(say(0.1234, 'percent')).toBe('12.3 %');
  expect(say(12.5, 'money')).toBe('12.50 €');
  expect(say(12345.6, 'money')).toBe('12,346 €');
  expect(say(12345678, 'money')).toBe('12.3 M €');
  expect(say(5 * 1024 * 1024, 'bytes')).toBe('5 MiB');
  expect(say('2025-01-03', 'date')).toBe('3 Jan 2025');
  expect(say('2025-01-03')).toBe('3 Jan 2025');
  expect(say('1234.5', 'number')).toBe('1,234.5');
  expect(say(null, 'integer')).toBe('–');
  expect(say('ATM')).toBe('ATM');
});

test('other languages have their own decimal mark and months', () => {
  expect(say(1234.5, 'number', 'fr')).toBe('1 234,5');
  expect(say('2025-02-03', 'date', 'fr')).toBe('3 févr. 2025');
});

test('a finding speaks of the first and last row', () => {
  const rows = [
    { type: 'PAYMENT', n: 1200000 },
    { type: 'CHECK', n: 5 },
  ];
  expect(fillFinding('{first.type} leads with {first.n|compact}; {last.type} is last', rows, {}, 'en')).toBe(
    'PAYMENT leads with 1.2\u00a0M; CHECK is last',
  );
  expect(fillFinding('{first.n}', rows, { n: 'integer' }, 'en')).toBe('1,200,000');
  expect(fillFinding('{first.typo}', rows, {}, 'en')).toBe('{first.typo}');
  expect(fillFinding('{first.n}', [], {}, 'en')).toBeNull();
});

test('rows of a chart have numbers as numbers', () => {
  const table = openGridTable(
    new Table({
      type: vectorFromArray(['1', null], new Utf8()),
      n: vectorFromArray([7n, null], new Int64()),
    }),
  );
  expect(readChartRows(table)).toEqual([
    { type: '1', n: 7 },
    { type: null, n: null },
  ]);
  expect(readChartRows(table, 1)).toHaveLength(1);
  expect(missingColumns(table, ['n', null, 'amount'])).toEqual(['amount']);
});

test('days of an axis are as short as they stay distinct', () => {
  const write = (days: string[]) => days.map(makeDayLabel(days, 'en'));
  expect(write(['2025-01-03', '2025-01-04'])).toEqual(['3 Jan', '4 Jan']);
  expect(write(['2024-12-31', '2025-01-01'])).toEqual(['31 Dec 2024', '1 Jan 2025']);
  expect(write(['2024-11-01', '2024-12-01', '2025-01-01'])).toEqual(['Nov 2024', 'Dec 2024', 'Jan 2025']);
});
