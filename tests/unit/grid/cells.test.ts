import { tableFromArrays, Table, vectorFromArray, Utf8, Int32 } from 'apache-arrow';
import { expect, test } from 'vitest';
import { allCells, isInside, moveCell } from '../../../src/lib/grid/cell-range.ts';
import { openGridTable } from '../../../src/lib/grid/grid-table.ts';
import { groupDigits, readDigitMarks } from '../../../src/lib/grid/group-digits.ts';
import { writeCells } from '../../../src/lib/grid/write-cells.ts';
import { writeCsv } from '../../../src/lib/grid/write-csv.ts';

const size = { rows: 100, columns: 4, page: 20 };
const table = openGridTable(
  new Table({
    name: vectorFromArray(['a|b', 'tab\there', null], new Utf8()),
    amount: vectorFromArray([1234567, -1, null], new Int32()),
  }),
);
const source = { columns: table.columns, rowAt: (shown: number) => shown };

test('keys move within the edges', () => {
  expect(moveCell({ row: 0, column: 0 }, 'ArrowUp', false, size)).toEqual({ row: 0, column: 0 });
  expect(moveCell({ row: 5, column: 1 }, 'PageDown', false, size)).toEqual({ row: 25, column: 1 });
  expect(moveCell({ row: 5, column: 1 }, 'End', true, size)).toEqual({ row: 99, column: 3 });
  expect(moveCell({ row: 5, column: 1 }, 'Home', false, size)).toEqual({ row: 5, column: 0 });
  expect(moveCell({ row: 5, column: 1 }, 'a', false, size)).toBeNull();
});

test('a range holds its corners whichever way it was drawn', () => {
  const range = { anchor: { row: 9, column: 3 }, head: { row: 2, column: 1 } };
  expect([
    isInside(range, 2, 1),
    isInside(range, 9, 3),
    isInside(range, 10, 3),
    isInside(range, 5, 0),
  ]).toEqual([true, true, false, false]);
});

test('copies exact values: TSV quotes, Markdown escapes and aligns', () => {
  const all = allCells({ rows: 3, columns: 2, page: 1 });
  expect(writeCells(source, all, 'tsv')).toBe('name\tamount\na|b\t1234567\n"tab\there"\t-1\n\t');
  expect(writeCells(source, all, 'markdown')).toBe(
    '| name | amount |\n| --- | --: |\n| a\\|b | 1234567 |\n| tab\there | -1 |\n| null | null |',
  );
});

test('CSV tells an empty text from NULL and quotes what needs it', async () => {
  const odd = openGridTable(new Table({ 'a,b': vectorFromArray(['', null, 'say "hi"\nthere'], new Utf8()) }));
  const csv = await (await writeCsv(odd)).text();
  expect(csv).toBe('"a,b"\r\n""\r\n\r\n"say ""hi""\nthere"\r\n');
});

test('CSV of many rows has them all, in order', async () => {
  const many = openGridTable(tableFromArrays({ n: Int32Array.from({ length: 45_000 }, (_, i) => i) }));
  const lines = (await (await writeCsv(many)).text()).trimEnd().split('\r\n');
  expect(lines.length).toBe(45_001);
  expect(lines[45_000]).toBe('44999');
});

test('digits are grouped in the marks of the locale, exactly', () => {
  const english = readDigitMarks('en');
  expect(groupDigits('12345678901234567890.8901', english)).toBe('12,345,678,901,234,567,890.8901');
  expect(groupDigits('-999', english)).toBe('-999');
  expect(groupDigits('1e21', english)).toBe('1e21');
  expect(groupDigits(null, english)).toBeNull();
  expect(groupDigits('1234567.5', readDigitMarks('fr'))).toBe('1\u202f234\u202f567,5');
});
