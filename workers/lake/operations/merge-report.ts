/** What a MERGE says of itself in the log, under Spark's names. */

import type { AddFile } from '../types.ts';
import { type MatchedClause, type MergeRequest, joinCondition } from './merge-clauses.ts';
import { sumSizes } from './report.ts';

/** Rows, counted while they pass. */
export interface MergeCounts {
  source: number;
  updated: number;
  deleted: number;
  /** Target rows deleted because no source row matches them. */
  orphans: number;
  inserted: number;
  /** Rows of the files that are rewritten, and those written in their place. */
  read: number;
  written: number;
}

export function noCounts(): MergeCounts {
  return { source: 0, updated: 0, deleted: 0, orphans: 0, inserted: 0, read: 0, written: 0 };
}

/** Adds the target rows that a clause applies to. */
export function countClause(counts: MergeCounts, clause: MatchedClause | undefined, rows: number): void {
  if (clause?.then === 'update') counts.updated += rows;
  else counts.deleted += rows;
}

export function mergeMetrics(
  counts: MergeCounts,
  removed: AddFile[],
  added: AddFile[],
): Record<string, string> {
  const { source, updated, deleted, orphans, inserted, written } = counts;
  const metrics = {
    numSourceRows: source,
    numTargetRowsInserted: inserted,
    numTargetRowsUpdated: updated,
    numTargetRowsMatchedUpdated: updated,
    numTargetRowsDeleted: deleted + orphans,
    numTargetRowsMatchedDeleted: deleted,
    numTargetRowsNotMatchedBySourceDeleted: orphans,
    numTargetRowsCopied: written - updated,
    numOutputRows: written + inserted,
    numTargetFilesAdded: added.length,
    numTargetFilesRemoved: removed.length,
    numTargetBytesAdded: sumSizes(added),
    numTargetBytesRemoved: sumSizes(removed),
  };
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, String(value)]));
}

export function mergeParameters(request: MergeRequest): Record<string, string> {
  const { on, whenMatched = [], whenNotMatched, whenNotMatchedBySource } = request;
  const clause = (actionType: string, predicate: string | undefined) => ({
    ...(predicate === undefined ? {} : { predicate }),
    actionType,
  });
  return {
    predicate: JSON.stringify([joinCondition(on)]),
    matchedPredicates: JSON.stringify(whenMatched.map(({ then, condition }) => clause(then, condition))),
    notMatchedPredicates: JSON.stringify(whenNotMatched ? [clause('insert', whenNotMatched.condition)] : []),
    notMatchedBySourcePredicates: JSON.stringify(
      whenNotMatchedBySource ? [clause('delete', whenNotMatchedBySource.condition)] : [],
    ),
  };
}
