import { type TableLog, holdsTxn } from '../log/table-log.ts';
import type { CommitResult } from '../types.ts';
import { withDrafts } from './drafts.ts';
import { type MergeRequest, usedColumns } from './merge-clauses.ts';
import { type MergeCounts, mergeMetrics, mergeParameters, noCounts } from './merge-report.ts';
import { MergeRun } from './merge-run.ts';
import { RowChange, type RowOptions } from './row-change.ts';
import { type RowPorts, withSession } from './rows.ts';

/** What a merge did. */
export interface MergeResult extends CommitResult {
  inserted: number;
  updated: number;
  deleted: number;
}

/**
 * Updates, deletes and inserts rows by comparing the table with a source, in one commit (MERGE; delta.md section 8). Only files with
 * rows that change are rewritten; with key columns, files are passed over whose statistics rule the source's keys out. Nothing is
 * committed when nothing changes.
 * @throws AmbiguousMergeError when several source rows would change one target row
 * @throws SqlError, SchemaError for conditions or rows that cannot be used; ConstraintError for rows that break a rule
 * @throws InvalidCommitError when an append-only table would lose rows
 * @throws CommitConflictError when another writer changed those files, or added rows that may match
 */
export async function mergeRows(
  log: TableLog,
  ports: RowPorts,
  request: MergeRequest,
  options: RowOptions = {},
): Promise<MergeResult> {
  const snapshot = await log.snapshot();
  const counts = noCounts();
  if (holdsTxn(snapshot, options.commit ?? {}))
    return resultOf({ version: snapshot.version, committed: false }, counts);
  const rows = { columns: usedColumns(log.name, request), ipc: [] };
  const change = new RowChange(log, ports, snapshot, rows, options);
  return withDrafts(change.drafts, async () => {
    const reads = await withSession(ports.rows, (session) =>
      new MergeRun(change, session, request, counts).run(),
    );
    await change.requireRules([...change.drafts.files]);
    const added = change.drafts.files.map(({ add }) => add);
    await change.rewriteOutgrown();
    if (change.isEmpty) return resultOf({ version: snapshot.version, committed: false }, counts);
    const result = await change.commit({
      reads,
      defaults: { operation: 'MERGE', operationParameters: mergeParameters(request) },
      metrics: mergeMetrics(counts, change.removed, added),
    });
    return resultOf(result, counts);
  });
}

function resultOf(result: CommitResult, { inserted, updated, deleted, orphans }: MergeCounts): MergeResult {
  return { ...result, inserted, updated, deleted: deleted + orphans };
}
