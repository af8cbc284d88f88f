import { requireWritable, upgradeFor } from '../log/protocol.ts';
import type { TableLog } from '../log/table-log.ts';
import { dataFilePath } from '../path.ts';
import type { Action, AddFile, CommitOptions, Snapshot, Version } from '../types.ts';
import { type OperationReport, reportOf, sumSizes } from './report.ts';
import { requireDeletable } from './requirements.ts';
import { requireFiles } from './table-files.ts';

/** Which state of a table: a version, or the last one at or before a moment (epoch ms). */
export type RestorePoint = { version: Version } | { timestamp: number };

export interface RestoreOptions {
  dryRun?: boolean;
  commit?: CommitOptions;
}

/**
 * Makes a former state the current one, as a new commit (RESTORE; delta.md section 10). Transactions stay, so that writers who
 * count their batches do not write them twice. Nothing is committed when the state is the current one already.
 * @throws MissingFilesError when a vacuum has deleted what the state needs
 * @throws InvalidCommitError for an append-only table
 * @throws CommitConflictError when any commit comes first
 */
export async function restoreTable(
  log: TableLog,
  point: RestorePoint,
  { dryRun = false, commit = {} }: RestoreOptions = {},
): Promise<OperationReport> {
  const now = await log.snapshot();
  const version = 'version' in point ? point.version : await log.versionAt(point.timestamp);
  const then = await log.snapshot(version);
  requireWritable(now.protocol, now.metadata, now.schema, log.name, 'checked');
  const { added, removed } = compareFiles(log, now, then);
  requireDeletable(log.name, { ...now, files: removed });
  await requireFiles(log, version, added);
  const report = reportOf(added, removed, {
    rows: changeInRows(now, then),
    paths: [...added, ...removed].map(({ path }) => path),
  });
  const actions = restoreActions(log, { now, then, added, removed });
  if (dryRun || actions.length === 0) return report;
  const result = await log.commit({
    readVersion: now.version,
    actions,
    reads: 'version',
    defaults: { operation: 'RESTORE', operationParameters: parametersOf(point) },
    options: commit,
    metrics: restoreMetrics(then, added, removed),
  });
  return { ...report, version: result.version };
}

/** The files to bring back and those to take out, by path in the store: the same file may be written in two ways. */
function compareFiles(
  log: TableLog,
  now: Snapshot,
  then: Snapshot,
): { added: AddFile[]; removed: AddFile[] } {
  const keyOf = ({ path }: AddFile): string => dataFilePath(log.path, path);
  const [live, wanted] = [new Set(now.files.map(keyOf)), new Set(then.files.map(keyOf))];
  return {
    added: then.files.filter((file) => !live.has(keyOf(file))),
    removed: now.files.filter((file) => !wanted.has(keyOf(file))),
  };
}

function restoreActions(
  log: TableLog,
  { now, then, added, removed }: { now: Snapshot; then: Snapshot; added: AddFile[]; removed: AddFile[] },
): Action[] {
  // Never lowered: what the table asks of its readers has been agreed with others.
  const protocol = upgradeFor(now.protocol, then.schema);
  const newMetadata = JSON.stringify(now.metadata) !== JSON.stringify(then.metadata);
  return [
    ...(protocol ? [{ protocol }] : []),
    ...(newMetadata ? [{ metaData: then.metadata }] : []),
    ...removed.map((file) => ({ remove: log.removeOf(file) })),
    ...added.map((file) => ({ add: { ...file, dataChange: true } })),
  ];
}

function parametersOf(point: RestorePoint): Record<string, string> {
  return 'version' in point
    ? { version: String(point.version) }
    : { timestamp: new Date(point.timestamp).toISOString() };
}

/** Spark's names. */
function restoreMetrics(then: Snapshot, added: AddFile[], removed: AddFile[]): Record<string, string> {
  return {
    numRestoredFiles: String(added.length),
    restoredFilesSize: String(sumSizes(added)),
    numRemovedFiles: String(removed.length),
    removedFilesSize: String(sumSizes(removed)),
    numOfFilesAfterRestore: String(then.files.length),
    tableSizeAfterRestore: String(then.sizeInBytes),
  };
}

function changeInRows(now: Snapshot, then: Snapshot): number | null {
  if (now.numRecords === undefined || then.numRecords === undefined) return null;
  return then.numRecords - now.numRecords;
}
