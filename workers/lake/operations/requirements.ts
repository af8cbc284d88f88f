import { InvalidCommitError } from '../errors.ts';
import type { Snapshot, WrittenFile } from '../types.ts';

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

/** @throws InvalidCommitError when rows of the table may not be removed */
export function requireDeletable(
  table: string,
  { metadata, files }: Pick<Snapshot, 'metadata' | 'files'>,
): void {
  if (metadata.configuration['delta.appendOnly'] !== 'true' || files.length === 0) return;
  throw new InvalidCommitError(
    `Table ${table} is append-only (delta.appendOnly): its rows cannot be overwritten.`,
  );
}
