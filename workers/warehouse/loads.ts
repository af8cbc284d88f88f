/** What has to be loaded before a plan can run. */

import { holds, type CatalogCopy, type TableCopy, piecesToHold } from './copies.ts';
import { countRows, type Pieces } from './pieces.ts';
import type { ReadPlan } from './read-plan.ts';

/** A copy and what it holds once loaded: all that it has now and all that a plan needs. */
export interface TableLoad {
  catalog: CatalogCopy;
  copy: TableCopy;
  /** In schema order. */
  columns: string[];
  pieces: Pieces;
}

/** The loads that a plan still needs. */
export function planLoads(plan: ReadPlan): TableLoad[] {
  return plan.tables
    .filter((use) => !holds(use.copy, use))
    .map(({ catalog, copy, columns, pieces }) => {
      const wanted = new Set([...columns, ...(copy.hydrated ?? [])]);
      const inOrder = copy.relation.columns.map((column) => column.name).filter((name) => wanted.has(name));
      return { catalog, copy, columns: inOrder, pieces: piecesToHold(copy, pieces) };
    });
}

/** Roughly what the rows of a load take in DuckDB. */
export function estimateBytes({ copy, columns, pieces }: TableLoad): number {
  return (countRows(copy.relation, pieces) ?? 0) * columns.length * 8;
}
