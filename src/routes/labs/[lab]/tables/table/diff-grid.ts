import { markDiff } from '$lib/grid/diff-marks.ts';
import { openGridIpc, type GridTable } from '$lib/grid/grid-table.ts';
import * as m from '$lib/paraglide/messages.js';
import type { VersionDiff } from '../../../../../../workers/api.ts';

/** The rows of a diff for the grid, with what changed marked. */
export function openDiffGrid(diff: VersionDiff): GridTable {
  const words = {
    added: m.tables_diff_added(),
    removed: m.tables_diff_removed(),
    before: m.tables_diff_before(),
    after: m.tables_diff_after(),
  };
  const table = openGridIpc(diff.rows.ipc, diff.rows.columns);
  return markDiff(table, { changeColumn: '_change', key: diff.key, words });
}
