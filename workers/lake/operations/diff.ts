import { Schema } from 'apache-arrow';
import { DuplicateKeyError } from '../errors.ts';
import type { TableLog } from '../log/table-log.ts';
import { readIpc, tableOf, writeIpc } from '../parquet/ipc.ts';
import { joinStreams } from '../parquet/join-streams.ts';
import { dataFilePath } from '../path.ts';
import { arrowFieldOf } from '../schema/arrow-types.ts';
import { deltaTypeOf } from '../schema/duckdb-types.ts';
import { field } from '../schema/schema.ts';
import type { AddFile, RowSession, Snapshot, Version } from '../types.ts';
import { diffColumns, requireKey } from './diff-columns.ts';
import { AFTER, BEFORE, type DiffSql, duplicateKeySql, keyedDiff, wholeRowDiff } from './diff-sql.ts';
import { loadFiles } from './load-files.ts';
import { type Column, type RowPorts, selectRows, withSession } from './rows.ts';
import { requireFiles } from './table-files.ts';

export interface DiffOptions {
  /** Unique key of the rows; without it whole rows are compared, as often as each occurs. */
  key?: string[];
  /** Rows answered at most; 200 unless told. */
  limit?: number;
}

/** Rows that differ between two versions. */
export interface DiffReport {
  added: number;
  removed: number;
  /** Always 0 without a key. */
  changed: number;
  /** The first rows, by key or by all columns: `_change` ('added', 'removed', 'before', 'after'), then the columns of both versions. */
  ipc: Uint8Array;
  numRows: number;
  columns: Column[];
}

const DEFAULT_LIMIT = 200;

/**
 * Compares the rows of two versions. Only files that one of them has alone are read, so that small changes of a big table cost
 * little, and a key is looked for only among their rows.
 * @throws DuplicateKeyError when rows of one version share a key
 * @throws MissingFilesError when a vacuum has deleted what a version needs
 * @throws InvalidOptionError, VersionNotFoundError, DataFileError
 */
export async function diffVersions(
  log: TableLog,
  ports: RowPorts,
  { from, to }: { from: Version; to: Version },
  { key = [], limit = DEFAULT_LIMIT }: DiffOptions = {},
): Promise<DiffReport> {
  const [before, after] = [await log.snapshot(from), await log.snapshot(to)];
  requireKey(key, before.schema, after.schema);
  const columns = diffColumns(before.schema, after.schema);
  const sql = key.length > 0 ? keyedDiff(columns, key) : wholeRowDiff(columns);
  const answered: Column[] = [
    { name: '_change', type: 'VARCHAR' },
    ...columns.map(({ name, type }) => ({ name, type })),
  ];
  const [left, right] = [filesOnlyIn(log, before, after), filesOnlyIn(log, after, before)];
  await requireFiles(log, from, left);
  await requireFiles(log, to, right);
  return withSession(ports.rows, async (session) => {
    await loadFiles(log, ports, session, BEFORE, before, left);
    await loadFiles(log, ports, session, AFTER, after, right);
    await requireUnique(log, session, key, { from, to });
    return {
      ...(await countChanges(session, sql)),
      ...(await firstRows(session, sql.rows(limit), answered)),
    };
  });
}

function filesOnlyIn(log: TableLog, one: Snapshot, other: Snapshot): AddFile[] {
  const shared = new Set(other.files.map(({ path }) => dataFilePath(log.path, path)));
  return one.files.filter(({ path }) => !shared.has(dataFilePath(log.path, path)));
}

async function requireUnique(
  log: TableLog,
  session: RowSession,
  key: string[],
  { from, to }: { from: Version; to: Version },
): Promise<void> {
  if (key.length === 0) return;
  for (const [table, version] of [
    [BEFORE, from],
    [AFTER, to],
  ] as const) {
    const [found] = await selectRows(session, duplicateKeySql(table, key));
    if (found) throw new DuplicateKeyError(log.name, version, key, String(found.key));
  }
}

async function countChanges(
  session: RowSession,
  { counts }: DiffSql,
): Promise<Pick<DiffReport, 'added' | 'removed' | 'changed'>> {
  const [{ added, removed, changed } = {}] = await selectRows(session, counts);
  return { added: Number(added), removed: Number(removed), changed: Number(changed) };
}

async function firstRows(
  session: RowSession,
  sql: string,
  columns: Column[],
): Promise<Pick<DiffReport, 'ipc' | 'numRows' | 'columns'>> {
  const streams: Uint8Array[] = [];
  for await (const ipc of session.select(sql)) streams.push(ipc);
  const numRows = streams.reduce((sum, ipc) => sum + readIpc(ipc).numRows, 0);
  return { ipc: streams.length > 0 ? joinStreams(streams) : emptyStream(columns), numRows, columns };
}

function emptyStream(columns: Column[]): Uint8Array {
  const fields = columns.map(({ name, type }) => arrowFieldOf(field(name, deltaTypeOf(type))));
  return writeIpc(tableOf(new Schema(fields), [], []));
}
