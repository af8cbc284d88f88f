import { expect, test } from 'vitest';
import { writeSearch } from '../../../src/lib/charts/address.ts';
import type { FilterSpec } from '../../../src/lib/charts/dashboard-spec.ts';
import { fillFilters, quoteIdentifier, writePredicates } from '../../../src/lib/charts/filter-sql.ts';
import { readFilterValues, toggleValue, writeFilterValues } from '../../../src/lib/charts/filter-values.ts';

const period: FilterSpec = {
  name: 'period',
  label: 'Period',
  kind: 'date_range',
  column: 'transaction_date',
  bounds: '',
};
const type: FilterSpec = {
  name: 'type',
  label: 'Type',
  kind: 'multi',
  column: 't.transaction_type',
  values: '',
};
const filters = [period, type];

test('the address holds the filters and gives them back', () => {
  const values = {
    period: { from: '2025-01-01', to: '2025-01-05' },
    type: ['PAYMENT', 'A,B', '100 %2C & more'],
  };
  const search = writeSearch(writeFilterValues(filters, values));
  expect(search.startsWith('?period=2025-01-01..2025-01-05&type=PAYMENT,')).toBe(true);
  expect(readFilterValues(filters, new URLSearchParams(search))).toEqual(values);
});

test('what cannot be read in an address is not set', () => {
  expect(readFilterValues(filters, new URLSearchParams('period=yesterday&other=1'))).toEqual({});
  expect(readFilterValues(filters, new URLSearchParams('period=2025-13-40'))).toEqual({});
  expect(readFilterValues(filters, new URLSearchParams('period=2025-01-05..2025-01-01'))).toEqual({
    period: { from: '2025-01-01', to: '2025-01-05' },
  });
});

test('SQL survives the address readably', () => {
  const sql = `select count(*) as n, 100 % 3\nfrom gold.t where a = 'x&y' and b + 1 > 2 -- "#"`;
  const search = writeSearch([['q', sql]]);
  expect(new URLSearchParams(search).get('q')).toBe(sql);
  expect(search).toContain('select+count(*)+as+n,');
});

test('predicates are quoted, joined, and true when nothing is set', () => {
  expect(writePredicates(filters, {})).toBe('true');
  expect(writePredicates(filters, { type: [] })).toBe('true');
  expect(
    writePredicates(filters, { period: { from: '2025-01-01', to: '2025-01-02' }, type: ["O'Hare", 'B'] }),
  ).toBe(
    `("transaction_date" between date '2025-01-01' and date '2025-01-02' and "t"."transaction_type" in ('O''Hare', 'B'))`,
  );
  expect(quoteIdentifier('a"b')).toBe('"a""b"');
});

test('every place in a query is filled, whatever is in the value', () => {
  const filled = fillFilters('select 1 where {{ filters }} and {{filters}}', [type], { type: ["$& $1 '"] });
  expect(filled).toBe(
    `select 1 where ("t"."transaction_type" in ('$& $1 ''')) and ("t"."transaction_type" in ('$& $1 '''))`,
  );
});

test('a click sets a filter to the value, and a second click clears it', () => {
  const once = toggleValue({ period: { from: '2025-01-01', to: '2025-01-05' } }, type, 'PAYMENT');
  expect(once).toEqual({ period: { from: '2025-01-01', to: '2025-01-05' }, type: ['PAYMENT'] });
  expect(toggleValue(once, type, 'PAYMENT')).toEqual({ period: { from: '2025-01-01', to: '2025-01-05' } });
  expect(toggleValue(once, type, 'CHECK')['type']).toEqual(['CHECK']);
  expect(toggleValue({}, period, '2025-01-03')).toEqual({ period: { from: '2025-01-03', to: '2025-01-03' } });
});
