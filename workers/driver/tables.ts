/** What the lake holds, in the words of the page. */
import type {
  At,
  HistoryEntry,
  LabName,
  TableDetail,
  TableName,
  TableProblem,
  TableSummary,
} from '../api.ts';
import { duckdbTypeOf } from '../lake/schema/duckdb-types.ts';
import type { Lake } from '../lake/lake.ts';
import { readNumRecords } from '../lake/stats/stats.ts';
import type { Snapshot, TableRef } from '../lake/types.ts';
import type { View } from '../lake/views.ts';
import { NotFoundError } from './errors.ts';
import { versionAt } from './moments.ts';

/** Tables, then views, each sorted by schema and name; one that cannot be read has a problem and no rows. */
export async function listTables(lake: Lake, lab: LabName): Promise<TableSummary[]> {
  const [refs, views] = await Promise.all([lake.tables(lab), lake.views(lab)]);
  const tables = await Promise.all(refs.map((ref) => summarizeTable(lake, ref)));
  return [...tables, ...views.map(viewSummary)];
}

/**
 * A table or view now, or a table as it was.
 * @throws NotFoundError, VersionNotFoundError, TimestampNotFoundError, InvalidMomentError
 */
export async function describeTable(
  lake: Lake,
  lab: LabName,
  name: TableName,
  at?: At,
): Promise<TableDetail> {
  const ref = await locate(lake, lab, name);
  const view = (await isTable(lake, ref)) ? undefined : await lake.view(ref);
  if (view) return viewDetail(view);
  const problem = await lake.health(ref);
  if (problem?.readable === false) return unreadableDetail(ref, problem);
  const table = lake.table(ref);
  const snapshot = await table.snapshot(at === undefined ? undefined : await versionAt(table, at));
  return tableDetail(snapshot, problem);
}

/** Newest first; empty for a view. @throws NotFoundError */
export async function tableHistory(lake: Lake, lab: LabName, name: TableName): Promise<HistoryEntry[]> {
  const ref = await locate(lake, lab, name);
  if (!(await isTable(lake, ref))) return [];
  return (await lake.table(ref).history()).map(({ userMetadata, ...entry }) => ({
    ...entry,
    runId: runIdOf(userMetadata),
  }));
}

/** The table or view of that name, `schema.table` or `lab.schema.table`. @throws NotFoundError naming those that exist */
export async function locate(lake: Lake, lab: LabName, name: TableName): Promise<TableRef> {
  const parts = name.split('.');
  const ref = {
    lab: parts.length === 3 ? (parts[0] ?? lab) : lab,
    schema: parts.at(-2) ?? '',
    name: parts.at(-1) ?? '',
  };
  const isName = parts.length === 2 || parts.length === 3;
  if (isName && ((await isTable(lake, ref)) || (await lake.view(ref)))) return ref;
  throw new NotFoundError(
    'table',
    name,
    (await listTables(lake, lab)).map((table) => table.name),
  );
}

/** True for tables that cannot be read, too. */
export async function isTable(lake: Lake, { lab, schema, name }: TableRef): Promise<boolean> {
  return (await lake.tables(lab)).some((table) => table.schema === schema && table.name === name);
}

async function summarizeTable(lake: Lake, ref: TableRef): Promise<TableSummary> {
  const problem = await lake.health(ref);
  if (problem?.readable === false) return unreadableSummary(ref, problem);
  return tableSummary(await lake.table(ref).snapshot(), problem);
}

function tableSummary(
  { ref, version, files, numRecords = 0, sizeInBytes }: Snapshot,
  problem: TableProblem | null,
): TableSummary {
  const name = `${ref.schema}.${ref.name}`;
  return { name, kind: 'table', version, numFiles: files.length, numRecords, sizeInBytes, problem };
}

function unreadableSummary(ref: TableRef, problem: TableProblem): TableSummary {
  return { ...emptySummary(ref), kind: 'table', problem };
}

function viewSummary({ ref }: View): TableSummary {
  return { ...emptySummary(ref), kind: 'view', problem: null };
}

function emptySummary({ schema, name }: TableRef) {
  return { name: `${schema}.${name}`, version: null, numFiles: 0, numRecords: 0, sizeInBytes: 0 };
}

function tableDetail(snapshot: Snapshot, problem: TableProblem | null): TableDetail {
  const { partitionColumns } = snapshot.metadata;
  const columns = snapshot.schema.fields.map(({ name, type, nullable }) => ({
    name,
    type: duckdbTypeOf(type),
    nullable,
    partition: partitionColumns.includes(name),
  }));
  const files = snapshot.files.map(({ path, size, stats, partitionValues }) => ({
    path,
    sizeInBytes: size,
    numRecords: readNumRecords(stats) ?? 0,
    partitionValues,
  }));
  return { ...tableSummary(snapshot, problem), columns, partitionColumns, files, sql: null };
}

function unreadableDetail(ref: TableRef, problem: TableProblem): TableDetail {
  return { ...unreadableSummary(ref, problem), columns: [], partitionColumns: [], files: [], sql: null };
}

function viewDetail(view: View): TableDetail {
  const columns = view.columns.map(({ name, type }) => ({ name, type, nullable: true, partition: false }));
  return { ...viewSummary(view), columns, partitionColumns: [], files: [], sql: view.sql };
}

function runIdOf(userMetadata: string | undefined): string | null {
  if (userMetadata === undefined) return null;
  try {
    const { runId } = JSON.parse(userMetadata) as { runId?: unknown };
    return typeof runId === 'string' ? runId : null;
  } catch {
    // Other writers put any text there.
    return null;
  }
}
