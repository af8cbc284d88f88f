import { requireWritable } from '../log/protocol.ts';
import { type TableLog, holdsTxn } from '../log/table-log.ts';
import type { CommitResult } from '../types.ts';
import { withDrafts } from './drafts.ts';
import { removeRows } from './removal.ts';
import { type NewRows, RowChange, type RowOptions } from './row-change.ts';
import { type RowPorts, withSession } from './rows.ts';

/**
 * Replaces the rows that meet a SQL condition by new rows, which must all meet it, in one commit (replaceWhere; delta.md section 8).
 * Doing it again with the same rows changes nothing, so a day can be loaded as often as one likes.
 * @throws SqlError, SchemaError for a condition or rows that cannot be used
 * @throws ConstraintError when a new row does not meet the condition, or breaks a rule of the table
 * @throws InvalidCommitError for an append-only table
 * @throws CommitConflictError when another writer changed those rows, or added some
 */
export async function replaceWhere(
  log: TableLog,
  ports: RowPorts,
  condition: string,
  rows: NewRows,
  options: RowOptions = {},
): Promise<CommitResult> {
  const snapshot = await log.snapshot();
  if (holdsTxn(snapshot, options.commit ?? {})) return { version: snapshot.version, committed: false };
  const change = new RowChange(log, ports, snapshot, rows, options);
  const { drafts, shape } = change;
  return withDrafts(drafts, async () => {
    const work = { snapshot, shape, condition, drafts };
    const removal = await withSession(ports.rows, (session) => removeRows(log, ports, session, work));
    if (removal.rewritten > 0)
      requireWritable(snapshot.protocol, snapshot.metadata, snapshot.schema, log.name, 'changed');
    change.remove(removal.removed);
    const files = await change.writeRows();
    await change.requireRules(files, [
      { name: `condition of the replacement (${condition})`, expression: condition },
    ]);
    await change.rewriteOutgrown();
    if (change.isEmpty) return { version: snapshot.version, committed: false };
    const { deletedRows, copiedRows } = removal;
    return change.commit({
      reads: removal.reads,
      defaults: {
        operation: 'WRITE',
        operationParameters: { mode: 'Overwrite', predicate: condition, partitionBy: '[]' },
      },
      files,
      metrics: {
        ...(deletedRows === undefined ? {} : { numDeletedRows: String(deletedRows) }),
        numCopiedRows: String(copiedRows),
      },
    });
  });
}
