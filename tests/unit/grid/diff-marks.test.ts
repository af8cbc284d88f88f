import { tableFromArrays } from 'apache-arrow';
import { expect, test } from 'vitest';
import { markDiff } from '../../../src/lib/grid/diff-marks.ts';
import { openGridTable } from '../../../src/lib/grid/grid-table.ts';

const words = { added: 'came', removed: 'went', before: 'was', after: 'is' };

function marksOf(key: string[]) {
  const table = openGridTable(
    tableFromArrays({
      _change: ['added', 'before', 'before', 'after', 'after', 'removed'],
      id: ['new', 'b', 'a', 'a', 'b', 'old'],
      amount: ['1', '5', '7', '8', '5', '3'],
      note: ['x', 'y', 'z', 'z', 'Y', 'w'],
    }),
  );
  const marked = markDiff(table, { changeColumn: '_change', key, words });
  const rows = Array.from({ length: marked.rowCount }, (_, row) => row);
  return {
    changes: rows.map((row) => marked.columns[0]!.text(row)),
    marks: rows.map((row) => marked.columns.map((column) => column.mark?.(row) ?? null)),
  };
}

test('whole rows that came or went are marked, and of changed rows the cells that differ from the other half', () => {
  const { changes, marks } = marksOf(['id']);
  expect(changes).toEqual(['came', 'was', 'was', 'is', 'is', 'went']);
  expect(marks).toEqual([
    ['added', 'added', 'added', 'added'],
    [null, null, null, 'changed'],
    [null, null, 'changed', null],
    [null, null, 'changed', null],
    [null, null, null, 'changed'],
    ['removed', 'removed', 'removed', 'removed'],
  ]);
});

test('a table without the change column stays as it is', () => {
  const table = openGridTable(tableFromArrays({ id: ['a'] }));
  expect(markDiff(table, { changeColumn: '_change', key: ['id'], words })).toBe(table);
});
