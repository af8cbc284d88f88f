import { requireWritable } from '../log/protocol.ts';
import type { TableLog } from '../log/table-log.ts';
import type { CommitOptions, WrittenFile } from '../types.ts';
import { Drafts, compressionOf, withDrafts } from './drafts.ts';
import { type Removal, removeRows } from './removal.ts';
import { type OperationReport, reportOf, sumSizes } from './report.ts';
import { requireDeletable } from './requirements.ts';
import { type RowPorts, withSession } from './rows.ts';

export interface DeleteOptions {
  /** Counts and changes nothing; `bytesAdded` stays 0, since only writing tells it. */
  dryRun?: boolean;
  commit?: CommitOptions;
}

/**
 * Deletes the rows that meet a SQL condition over the table's columns, in one commit (DELETE; delta.md section 8). Files without
 * such rows stay untouched, files with nothing else are only removed. Nothing is committed when no row meets it.
 * @throws SqlError, SchemaError for a condition that cannot be used
 * @throws InvalidCommitError for an append-only table
 * @throws CommitConflictError when another writer changed those files, or added rows that may meet the condition
 */
export async function deleteWhere(
  log: TableLog,
  ports: RowPorts,
  condition: string,
  { dryRun = false, commit = {} }: DeleteOptions = {},
): Promise<OperationReport> {
  const snapshot = await log.snapshot();
  const { protocol, metadata, schema } = snapshot;
  requireWritable(protocol, metadata, schema, log.name, 'checked');
  requireDeletable(log.name, snapshot);
  const shape = { schema, partitionColumns: metadata.partitionColumns };
  const drafts = new Drafts(log, ports, shape, compressionOf(metadata));
  return withDrafts(drafts, async () => {
    const work = { snapshot, shape, condition, drafts: dryRun ? null : drafts };
    const removal = await withSession(ports.rows, (session) => removeRows(log, ports, session, work));
    if (removal.rewritten > 0) requireWritable(protocol, metadata, schema, log.name, 'changed');
    if (dryRun || removal.removed.length === 0) return reportRemoval(removal, null);
    const written = [...drafts.files];
    const { version } = await drafts.commit((files) =>
      log.commit({
        readVersion: snapshot.version,
        actions: [
          ...removal.removed.map((file) => ({ remove: log.removeOf(file) })),
          ...files.map(({ add }) => ({ add })),
        ],
        reads: removal.reads,
        defaults: { operation: 'DELETE', operationParameters: { predicate: JSON.stringify([condition]) } },
        options: commit,
        metrics: deleteMetrics(removal, files),
      }),
    );
    return { ...reportRemoval(removal, written), version };
  });
}

/** Spark's names, all text; what is not known is left out. */
export function deleteMetrics(
  { removed, deletedRows, copiedRows }: Removal,
  files: WrittenFile[],
): Record<string, string> {
  return {
    ...(deletedRows === undefined ? {} : { numDeletedRows: String(deletedRows) }),
    numCopiedRows: String(copiedRows),
    numRemovedFiles: String(removed.length),
    numRemovedBytes: String(sumSizes(removed)),
    numAddedFiles: String(files.length),
    numAddedBytes: String(sumSizes(files.map(({ add }) => add))),
    numAddedChangeFiles: '0',
  };
}

function reportRemoval(removal: Removal, written: WrittenFile[] | null): OperationReport {
  const { removed, deletedRows, rewritten } = removal;
  const report = reportOf(written?.map(({ add }) => add) ?? [], removed, {
    rows: deletedRows === undefined ? null : 0 - deletedRows,
    paths: removed.map(({ path }) => path),
  });
  return written ? report : { ...report, filesAdded: rewritten };
}
