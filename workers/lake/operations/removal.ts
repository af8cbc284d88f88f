import { type ReadFile, type ReadScope, scopeOf } from '../log/conflict.ts';
import type { TableLog } from '../log/table-log.ts';
import { boundsOf } from '../stats/skipping.ts';
import { readNumRecords } from '../stats/stats.ts';
import type { AddFile, RowSession, Snapshot } from '../types.ts';
import { filesOfPartitions, requireCondition, rowsSql, whereSql } from './condition.ts';
import type { Drafts } from './drafts.ts';
import { type FileShape, type RowPorts, columnsOf, eachFile, selectCount } from './rows.ts';

/** What becomes of a table's files when the rows that meet a condition leave it. */
export interface Removal {
  /** Files that hold such rows. */
  removed: AddFile[];
  /** Rows that leave; undefined when only statistics could tell and do not. */
  deletedRows: number | undefined;
  /** Other rows of the same files, which are written again. */
  copiedRows: number;
  /** Files that hold such other rows. */
  rewritten: number;
  /** What the answer relies on: later files that may hold such rows are conflicts. */
  reads: ReadScope['reads'];
}

export interface RemovalWork {
  snapshot: Snapshot;
  /** Columns as the condition knows them and as rows are written again. */
  shape: FileShape;
  condition: string;
  /** Null only to count. */
  drafts: Drafts | null;
}

/**
 * Finds the rows that meet a condition, and writes the other rows of their files as drafts. A condition on partition columns
 * alone reads no file; otherwise files are passed over whose statistics leave no room for such rows.
 * @throws SqlError, SchemaError for a condition that cannot be used; DataFileError
 */
export async function removeRows(
  log: TableLog,
  ports: RowPorts,
  session: RowSession,
  work: RemovalWork,
): Promise<Removal> {
  const { snapshot, condition } = work;
  const { schema } = work.shape;
  await requireCondition(log, session, columnsOf(schema), condition);
  const test = ports.rows.mayMatch(condition, columnsOf(schema));
  const mayMatch = (file: ReadFile) => test(boundsOf(file, schema));
  const reads = scopeOf(snapshot.files, mayMatch);
  const whole = await filesOfPartitions(session, snapshot, condition);
  if (whole) {
    return { removed: whole, deletedRows: countRecords(whole), copiedRows: 0, rewritten: 0, reads };
  }
  const candidates = snapshot.files.filter(mayMatch);
  return { ...(await removeFromFiles(log, ports, session, work, candidates)), reads };
}

async function removeFromFiles(
  log: TableLog,
  ports: RowPorts,
  session: RowSession,
  { shape, condition, drafts }: RemovalWork,
  candidates: AddFile[],
): Promise<Omit<Removal, 'reads'>> {
  const found = { removed: [] as AddFile[], deletedRows: 0, copiedRows: 0, rewritten: 0 };
  const rows = rowsSql(log);
  for await (const file of eachFile(log, ports, session, candidates, shape)) {
    const deleted = await selectCount(session, `SELECT count(*) ${rows} ${whereSql(condition, true)}`);
    if (deleted === 0) continue;
    const copied = (await selectCount(session, `SELECT count(*) ${rows}`)) - deleted;
    found.removed.push(file);
    found.deletedRows += deleted;
    found.copiedRows += copied;
    if (copied === 0) continue;
    found.rewritten += 1;
    await drafts?.write(session.select(`SELECT * ${rows} ${whereSql(condition, false)}`, ports.signal));
  }
  return found;
}

/** Rows of files by their statistics; undefined when one has none. */
export function countRecords(files: AddFile[]): number | undefined {
  const counts = files.map(({ stats }) => readNumRecords(stats));
  if (counts.includes(undefined)) return undefined;
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
