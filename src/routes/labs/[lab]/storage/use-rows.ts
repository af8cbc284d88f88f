import type { LabUse, TableUse } from '../../../../../workers/api.ts';

/** A table of the list with the sums that it is sorted by. */
export interface UseRow extends TableUse {
  totalBytes: number;
  files: number;
}

export type UseColumn = 'name' | 'liveBytes' | 'oldBytes' | 'logBytes' | 'files' | 'totalBytes';

export interface UseSort {
  column: UseColumn;
  descending: boolean;
}

export function measureTable(table: TableUse): UseRow {
  return {
    ...table,
    totalBytes: table.liveBytes + table.oldBytes + table.logBytes,
    files: table.liveFiles + table.oldFiles,
  };
}

/** The tables of a lab in an order; equal ones by name. */
export function sortRows(tables: readonly TableUse[], { column, descending }: UseSort): UseRow[] {
  const byName = (a: UseRow, b: UseRow) => a.name.localeCompare(b.name);
  const compare = (a: UseRow, b: UseRow) =>
    column === 'name' ? byName(a, b) : a[column] - b[column] || byName(b, a);
  return tables.map(measureTable).sort((a, b) => (descending ? compare(b, a) : compare(a, b)));
}

/** The same column again turns the order; a new one begins with what is largest, names with A. */
export function nextSort(sort: UseSort, column: UseColumn): UseSort {
  if (sort.column === column) return { column, descending: !sort.descending };
  return { column, descending: column !== 'name' };
}

/** All tables of a lab as one row. */
export function sumRows(tables: readonly TableUse[]): Omit<UseRow, 'name' | 'kind'> {
  const sum = (key: 'liveBytes' | 'liveFiles' | 'oldBytes' | 'oldFiles' | 'logBytes') =>
    tables.reduce((total, table) => total + table[key], 0);
  const [liveBytes, oldBytes, logBytes] = [sum('liveBytes'), sum('oldBytes'), sum('logBytes')];
  const [liveFiles, oldFiles] = [sum('liveFiles'), sum('oldFiles')];
  return {
    ...{ liveBytes, liveFiles, oldBytes, oldFiles, logBytes },
    totalBytes: liveBytes + oldBytes + logBytes,
    files: liveFiles + oldFiles,
  };
}

/** This lab first, then the others by name. */
export function orderLabs(labs: readonly LabUse[], first: string): LabUse[] {
  const rank = ({ lab }: LabUse) => (lab === first ? 0 : 1);
  return labs.toSorted((a, b) => rank(a) - rank(b) || a.lab.localeCompare(b.lab));
}
