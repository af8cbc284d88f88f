import type { GridColumn, GridTable } from './grid-table.ts';

/** What a row of a comparison is, as its change column says. */
export type RowChange = 'added' | 'removed' | 'before' | 'after';

/**
 * A table of differences with its cells marked: rows that came or went, and the cells in which the two halves of a changed row
 * differ. `changeColumn` says what a row is, in `words`; `key` pairs `before` with `after`.
 */
export function markDiff(
  table: GridTable,
  {
    changeColumn,
    key,
    words,
  }: { changeColumn: string; key: readonly string[]; words: Record<RowChange, string> },
): GridTable {
  const change = table.columns.find(({ name }) => name === changeColumn);
  if (!change) return table;
  const partners = pairRows(table, change, key);
  const said = (row: number) => {
    const kind = change.text(row);
    return kind === null ? null : ((words as Record<string, string>)[kind] ?? kind);
  };
  const columns = table.columns.map((column) => {
    const mark = markOf(column, change, partners);
    return column === change ? { ...column, mark, text: said } : { ...column, mark };
  });
  return { rowCount: table.rowCount, columns };
}

/** The other half of each changed row: the `after` of a `before` with the same key, and the other way round. */
function pairRows(table: GridTable, change: GridColumn, key: readonly string[]): Map<number, number> {
  const keys = table.columns.filter(({ name }) => key.includes(name));
  const keyOf = (row: number) => JSON.stringify(keys.map((column) => column.text(row)));
  const rows = Array.from({ length: table.rowCount }, (_, row) => row);
  const before = new Map(rows.filter((row) => change.text(row) === 'before').map((row) => [keyOf(row), row]));
  const partners = new Map<number, number>();
  for (const row of rows.filter((one) => change.text(one) === 'after')) {
    const other = before.get(keyOf(row));
    if (other === undefined) continue;
    partners.set(row, other);
    partners.set(other, row);
  }
  return partners;
}

function markOf(
  column: GridColumn,
  change: GridColumn,
  partners: ReadonlyMap<number, number>,
): NonNullable<GridColumn['mark']> {
  return (row) => {
    const kind = change.text(row);
    if (kind === 'added' || kind === 'removed') return kind;
    const other = partners.get(row);
    if (column === change || other === undefined) return null;
    return column.text(row) === column.text(other) ? null : 'changed';
  };
}
