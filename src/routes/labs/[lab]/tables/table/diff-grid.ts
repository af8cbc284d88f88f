import { openGridIpc, type GridColumn, type GridTable } from '$lib/grid/grid-table.ts';
import * as m from '$lib/paraglide/messages.js';
import type { VersionDiff } from '../../../../../../workers/api.ts';

/** Name of the column that says what a row is. */
const CHANGE = '_change';

const WORDS: Record<string, () => string> = {
  added: m.tables_diff_added,
  removed: m.tables_diff_removed,
  before: m.tables_diff_before,
  after: m.tables_diff_after,
};

/** The rows of a diff for the grid: what a row is in words, rows that came or went coloured, changed cells marked. */
export function openDiffGrid(diff: VersionDiff): GridTable {
  const table = openGridIpc(diff.rows.ipc, diff.rows.columns);
  const change = table.columns.find(({ name }) => name === CHANGE);
  if (!change) return table;
  const partners = pairRows(table, change, diff.key);
  const columns = table.columns.map((column) => markColumn(column, change, partners));
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

function markColumn(column: GridColumn, change: GridColumn, partners: Map<number, number>): GridColumn {
  const mark: GridColumn['mark'] = (row) => {
    const kind = change.text(row);
    if (kind === 'added' || kind === 'removed') return kind;
    const other = partners.get(row);
    if (column === change || other === undefined) return null;
    return column.text(row) === column.text(other) ? null : 'changed';
  };
  if (column !== change) return { ...column, mark };
  const text = (row: number) => {
    const kind = column.text(row);
    return kind === null ? null : (WORDS[kind]?.() ?? kind);
  };
  return { ...column, mark, text };
}
