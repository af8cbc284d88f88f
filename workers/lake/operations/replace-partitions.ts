import { InvalidCommitError } from '../errors.ts';
import { type TableLog, holdsTxn } from '../log/table-log.ts';
import { normalizePartitionValue } from '../parquet/partition-value.ts';
import type { AddFile, CommitResult } from '../types.ts';
import { withDrafts } from './drafts.ts';
import { type NewRows, RowChange, type RowOptions } from './row-change.ts';
import type { FileShape, RowPorts } from './rows.ts';

/**
 * Replaces every partition that the new rows have a row of, in one commit; the others stay (dynamic partition overwrite; delta.md
 * section 8). NULL is a partition like any other.
 * @throws InvalidCommitError for a table without partitions, and for an append-only table
 * @throws SchemaError, ConstraintError for rows that do not fit
 * @throws CommitConflictError when another writer changed one of those partitions
 */
export async function replacePartitions(
  log: TableLog,
  ports: RowPorts,
  rows: NewRows,
  options: RowOptions = {},
): Promise<CommitResult> {
  const snapshot = await log.snapshot();
  if (holdsTxn(snapshot, options.commit ?? {})) return { version: snapshot.version, committed: false };
  const { partitionColumns } = snapshot.metadata;
  if (partitionColumns.length === 0)
    throw new InvalidCommitError(
      `Table ${log.name} has no partitions to replace: overwrite it, or replace the rows that meet a condition.`,
    );
  const change = new RowChange(log, ports, snapshot, rows, options);
  return withDrafts(change.drafts, async () => {
    const files = await change.writeRows();
    await change.requireRules(files);
    const tupleOf = tupleReader(change.shape);
    const tuples = new Set(files.map(({ add }) => tupleOf(add)));
    const isReplaced = (file: Pick<AddFile, 'partitionValues'>) => tuples.has(tupleOf(file));
    change.remove(snapshot.files.filter(isReplaced));
    await change.rewriteOutgrown();
    if (change.isEmpty) return { version: snapshot.version, committed: false };
    return change.commit({
      reads: isReplaced,
      defaults: {
        operation: 'WRITE',
        operationParameters: {
          mode: 'Overwrite',
          partitionBy: JSON.stringify(partitionColumns),
          partitionOverwriteMode: 'dynamic',
        },
      },
      files,
    });
  });
}

/** The partition of a file as a key: other writers spell some values in other ways. */
function tupleReader({
  schema,
  partitionColumns,
}: FileShape): (file: Pick<AddFile, 'partitionValues'>) => string {
  const columns = schema.fields.filter(({ name }) => partitionColumns.includes(name));
  return ({ partitionValues }) =>
    JSON.stringify(columns.map((column) => normalizePartitionValue(partitionValues[column.name], column)));
}
