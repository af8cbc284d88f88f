import { expect, test } from 'vitest';
import { judgeRun } from '../../../src/lib/share/verdict.ts';

const same = { expected: 'transactions-1', actual: 'transactions-1' };

test('a run that made every promised table is the same, whatever else it made', () => {
  const verdict = judgeRun({ 'gold.a': '1-aa' }, { 'gold.a': '1-aa', 'gold.b': '2-bb' }, same);
  expect(verdict).toEqual({
    same: true,
    generator: null,
    tables: [{ table: 'gold.a', expected: '1-aa', actual: '1-aa', same: true }],
  });
});

test('a table that differs or is missing is named with both sides', () => {
  const verdict = judgeRun({ 'gold.a': '1-aa', 'gold.b': '2-bb' }, { 'gold.a': '1-ab' }, same);
  expect(verdict.same).toBe(false);
  expect(verdict.tables).toEqual([
    { table: 'gold.a', expected: '1-aa', actual: '1-ab', same: false },
    { table: 'gold.b', expected: '2-bb', actual: null, same: false },
  ]);
});

test('another generator is told; a link that names none is not held against the run', () => {
  expect(judgeRun({}, {}, { expected: 'transactions-0', actual: 'transactions-1' }).generator).toEqual({
    expected: 'transactions-0',
    actual: 'transactions-1',
  });
  expect(judgeRun({}, {}, { expected: null, actual: 'transactions-1' }).generator).toBeNull();
});
