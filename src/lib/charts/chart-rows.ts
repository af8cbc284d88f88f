import type { GridTable } from '../grid/grid-table.ts';
import type { ChartValue } from './format-value.ts';

/** One row of a tile: column name to value. */
export type ChartRow = Record<string, ChartValue>;

/** Rows of a table for a chart; `limit` keeps a runaway query from drawing forever. */
export function readChartRows(table: GridTable, limit = 20_000): ChartRow[] {
  const count = Math.min(table.rowCount, limit);
  return Array.from({ length: count }, (_, row) => {
    const cells = table.columns.map((column): [string, ChartValue] => {
      const text = column.text(row);
      return [column.name, text !== null && column.align === 'right' ? Number(text) : text];
    });
    return Object.fromEntries(cells);
  });
}

/** Columns a tile names that its query does not give. */
export function missingColumns(table: GridTable, wanted: (string | null)[]): string[] {
  const names = new Set(table.columns.map((column) => column.name));
  return wanted.filter((name): name is string => name !== null && !names.has(name));
}

/** A column name for people: `total_amount` is `total amount`. */
export function labelOf(column: string): string {
  return column.replaceAll('_', ' ').trim();
}

/** Different values of a column, in the order of their first row. */
export function distinctValues(rows: ChartRow[], column: string): ChartValue[] {
  return [...new Set(rows.map((row) => row[column] ?? null))];
}
