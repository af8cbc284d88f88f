/** The warehouse, as operations of the lake see it: a place to ask SQL of rows. */
import type { RowEngine } from '../lake/types.ts';
import { testFiles } from '../warehouse/file-tests.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Sessions have private tables; the lake's own are not in sight. */
export function createRowEngine(warehouse: Warehouse): RowEngine {
  return { open: () => warehouse.openPrivate(), mayMatch: testFiles };
}
