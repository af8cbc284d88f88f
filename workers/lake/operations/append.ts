import { InvalidCommitError } from '../errors.ts';
import { requireWritable } from '../log/protocol.ts';
import { type TableLog, holdsTxn } from '../log/table-log.ts';
import type { CommitOptions, CommitResult, Snapshot, WrittenFile } from '../types.ts';
import { withDrafts } from './drafts.ts';
import { requirePartitionValues } from './requirements.ts';
import { type NewRows, RowChange, type RowOptions } from './row-change.ts';
import type { RowPorts } from './rows.ts';
import { notNullRules } from './rules.ts';

const DEFAULTS = { operation: 'WRITE', operationParameters: { mode: 'Append', partitionBy: '[]' } };

/**
 * Adds files of the table's own schema; nothing is read, so appends never conflict with one another.
 * @throws UnsupportedFeatureError for a table with CHECK constraints, which only `appendRows` can ask of the rows
 * @throws TableNotFoundError, InvalidCommitError, ConstraintError, CommitConflictError
 */
export async function appendFiles(
  log: TableLog,
  files: WrittenFile[],
  options: CommitOptions = {},
): Promise<CommitResult> {
  const snapshot = await log.snapshot();
  if (holdsTxn(snapshot, options)) return { version: snapshot.version, committed: false };
  requireWritable(snapshot.protocol, snapshot.metadata, snapshot.schema, log.name);
  requirePartitionValues(log.name, files, snapshot.metadata.partitionColumns);
  requireNotNull(log.name, snapshot, files);
  await log.publishFiles(files);
  return log.commit({
    readVersion: snapshot.version,
    actions: files.map(({ add }) => ({ add })),
    reads: 'nothing',
    defaults: DEFAULTS,
    options,
    files,
  });
}

/**
 * Adds rows: they are fitted into the table's schema and asked its rules first. A transaction that the table holds is not
 * written again.
 * @throws SchemaError, ConstraintError; the files are deleted then
 * @throws TableNotFoundError, InvalidCommitError, CommitConflictError
 */
export async function appendRows(
  log: TableLog,
  ports: RowPorts,
  rows: NewRows,
  options: RowOptions = {},
): Promise<CommitResult> {
  const snapshot = await log.snapshot();
  if (holdsTxn(snapshot, options.commit ?? {})) return { version: snapshot.version, committed: false };
  const change = new RowChange(log, ports, snapshot, rows, options);
  return withDrafts(change.drafts, async () => {
    const files = await change.writeRows();
    await change.requireRules(files);
    await change.rewriteOutgrown();
    if (change.isEmpty) return { version: snapshot.version, committed: false };
    return change.commit({ reads: 'nothing', defaults: DEFAULTS, files });
  });
}

function requireNotNull(table: string, { schema }: Snapshot, files: WrittenFile[]): void {
  const [rule] = notNullRules(
    table,
    schema,
    files.map(({ add }) => add),
  );
  if (!rule) return;
  throw new InvalidCommitError(
    `The ${rule.name} of table ${table} cannot be told from the statistics of the files: append them as rows, which are read.`,
  );
}
