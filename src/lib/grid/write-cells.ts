import { boundsOf, type CellRange } from './cell-range.ts';
import type { GridColumn } from './grid-table.ts';

export type CopyFormat = 'tsv' | 'markdown';

/** What goes to the clipboard at most: more than this freezes other programs; files are for the rest. */
export const MAX_COPY_ROWS = 100_000;

/** Rows of the grid as text: the columns, and the table row behind each shown row. */
export interface CellSource {
  columns: GridColumn[];
  rowAt(shown: number): number;
}

function tsvCell(text: string | null): string {
  if (text === null) return '';
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function markdownCell(text: string | null): string {
  return (text ?? 'null').replaceAll('\\', '\\\\').replaceAll('|', '\\|').replace(/\r?\n/g, '<br>');
}

/** A rectangle of cells with its column names, as tab-separated text or as a Markdown table; values are exact and ungrouped. */
export function writeCells(source: CellSource, range: CellRange, format: CopyFormat): string {
  const { top, bottom, left, right } = boundsOf(range);
  const columns = source.columns.slice(left, right);
  const rows = Array.from({ length: Math.min(bottom - top, MAX_COPY_ROWS) }, (_, i) => source.rowAt(top + i));
  const cells = rows.map((row) => columns.map((column) => column.text(row)));
  if (format === 'tsv') {
    return [columns.map((column) => tsvCell(column.name)), ...cells.map((row) => row.map(tsvCell))]
      .map((row) => row.join('\t'))
      .join('\n');
  }
  const line = (row: string[]) => `| ${row.join(' | ')} |`;
  const rule = columns.map((column) => (column.align === 'right' ? '--:' : '---'));
  return [
    line(columns.map((column) => markdownCell(column.name))),
    line(rule),
    ...cells.map((row) => line(row.map(markdownCell))),
  ].join('\n');
}
