import { expect, test } from 'vitest';
import {
  offerAfterDot,
  offerWords,
  readAliases,
  tablesNamed,
} from '../../../src/routes/labs/[lab]/sql/catalog.ts';
import { addToHistory, readHistory, writeHistory } from '../../../src/routes/labs/[lab]/sql/query-history.ts';
import { chooseStatement, locateError } from '../../../src/routes/labs/[lab]/sql/query-text.ts';

const catalog = {
  'gold.daily_activity': [
    { name: 'channel', type: 'VARCHAR' },
    { name: 'transactions', type: 'BIGINT' },
  ],
  'gold.segments': [{ name: 'segment', type: 'VARCHAR' }],
  'silver.transactions': [{ name: 'amount', type: 'DECIMAL(18,2)' }],
};
const labels = (offers: { label: string }[]) => offers.map(({ label }) => label);

test('after a schema come its tables, after a table or an alias its columns', () => {
  expect(labels(offerAfterDot('gold', '', catalog))).toEqual(['daily_activity', 'segments']);
  expect(labels(offerAfterDot('gold.daily_activity', '', catalog))).toEqual(['channel', 'transactions']);
  const sql = 'select a. from gold.daily_activity as a join silver.transactions t on true';
  expect(readAliases(sql, catalog)).toEqual({ a: 'gold.daily_activity', t: 'silver.transactions' });
  expect(labels(offerAfterDot('A', sql, catalog))).toEqual(['channel', 'transactions']);
  expect(labels(offerAfterDot('daily_activity', sql, catalog))).toEqual(['channel', 'transactions']);
  expect(offerAfterDot('nobody', sql, catalog)).toEqual([]);
});

test('a version stands between a table and its alias, and belongs to the table when it is wrong', () => {
  for (const version of ['@v3', '@2025-01-31T10:00', "@'2025-01-31 10:00:00'"]) {
    const sql = `select o. from gold.segments${version} as o, gold.segments s`;
    expect(readAliases(sql, catalog), version).toEqual({ o: 'gold.segments', s: 'gold.segments' });
  }
  const sql = 'from gold.segments@v9 limit 1';
  const error = { name: 'SqlError', message: '', line: 1, column: 11 };
  const mark = locateError(sql, { sql, from: 0 }, error);
  expect(sql.slice(mark?.from, mark?.to)).toBe('segments@v9');
});

test('columns of the named tables come before tables', () => {
  expect(tablesNamed('select 1 from lab.gold.segments', catalog)).toEqual(['gold.segments']);
  const offers = offerWords('select  from gold.segments', catalog);
  expect(labels(offers)).toEqual(['segment', 'gold.daily_activity', 'gold.segments', 'silver.transactions']);
  expect(offers[0]?.detail).toBe('VARCHAR');
});

test('the selection is run, or everything, without the semicolon', () => {
  const text = 'select 1;\n\nselect 2 ;\n';
  expect(chooseStatement(text, { from: 3, to: 3 })).toEqual({ sql: 'select 1;\n\nselect 2', from: 0 });
  expect(chooseStatement(text, { from: 9, to: text.length })).toEqual({ sql: 'select 2', from: 11 });
  expect(chooseStatement(' ;\n', { from: 0, to: 0 })).toBeNull();
});

test('an error is marked where it is in the editor, even when a part was run', () => {
  const text = 'select 1;\nselect a,\n  selec b\nfrom t';
  const statement = { sql: 'select a,\n  selec b\nfrom t', from: 10 };
  const at = (line?: number, column?: number) =>
    locateError(text, statement, { name: 'SqlError', message: '', line, column });
  expect(text.slice(at(2, 3)?.from, at(2, 3)?.to)).toBe('selec');
  expect(text.slice(at(3)?.from, at(3)?.to)).toBe('from t');
  expect(at()).toBeNull();
  expect(at(9, 1)).toBeNull();
  expect(at(3, 99)).toEqual({ from: text.length - 1, to: text.length });
});

test('the history keeps the last fifty, each text once, and survives what it cannot read', () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  };
  const item = (sql: string, at: number) => ({ sql, at, rows: 1, elapsedMs: 5 });
  let items = readHistory(store, 'transactions');
  for (let i = 0; i < 60; i++) items = addToHistory(items, item(`select ${i}`, i));
  items = addToHistory(items, item('select 30', 99));
  writeHistory(store, 'transactions', items);
  const read = readHistory(store, 'transactions');
  expect(read).toHaveLength(50);
  expect(read[0]).toEqual(item('select 30', 99));
  expect(read.filter(({ sql }) => sql === 'select 30')).toHaveLength(1);
  kept.set('tarn.sql.history.transactions', '{"not": "a list"');
  expect(readHistory(store, 'transactions')).toEqual([]);
  kept.set('tarn.sql.history.transactions', '[1, {"sql": "select 1"}]');
  expect(readHistory(store, 'transactions')).toEqual([]);
});
