import { InvalidCommitError } from '../errors.ts';
import { requireWritable } from '../log/protocol.ts';
import { type TableLog, holdsTxn } from '../log/table-log.ts';
import type { CommitOptions, CommitResult, WrittenFile } from '../types.ts';

/** Adds files; nothing is read, so appends never conflict. @throws TableNotFoundError, InvalidCommitError, CommitConflictError */
export async function appendFiles(
  log: TableLog,
  files: WrittenFile[],
  options: CommitOptions = {},
): Promise<CommitResult> {
  const snapshot = await log.snapshot();
  if (holdsTxn(snapshot, options)) return { version: snapshot.version, committed: false };
  requireWritable(snapshot.protocol, snapshot.metadata, snapshot.schema, log.name);
  requirePartitionValues(log.name, files, snapshot.metadata.partitionColumns);
  await log.publishFiles(files);
  return log.commit({
    readVersion: snapshot.version,
    actions: files.map(({ add }) => ({ add })),
    reads: 'nothing',
    defaults: { operation: 'WRITE', operationParameters: { mode: 'Append', partitionBy: '[]' } },
    options,
    files,
  });
}

/** @throws InvalidCommitError unless every file has a value for every partition column, and for no other */
export function requirePartitionValues(
  table: string,
  files: WrittenFile[],
  partitionColumns: string[],
): void {
  const expected = [...partitionColumns].sort().join(', ');
  for (const { add } of files) {
    const found = Object.keys(add.partitionValues).sort().join(', ');
    if (found === expected) continue;
    throw new InvalidCommitError(
      `File ${add.path} of ${table} has partition values for (${found}); the table is partitioned by (${expected}).`,
    );
  }
}
