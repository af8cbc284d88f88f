/** What the lake holds, in the words of the page. */
import type { HistoryEntry, LabName, TableDetail, TableName, TableSummary } from '../api.ts';
import { duckdbTypeOf } from '../lake/schema/duckdb-types.ts';
import type { Lake } from '../lake/lake.ts';
import { readNumRecords } from '../lake/stats/stats.ts';
import type { Snapshot, TableRef } from '../lake/types.ts';
import type { View } from '../lake/views.ts';
import { NotFoundError } from './errors.ts';

/** Tables, then views, each sorted by schema and name. */
export async function listTables(lake: Lake, lab: LabName): Promise<TableSummary[]> {
  const [refs, views] = await Promise.all([lake.tables(lab), lake.views(lab)]);
  const snapshots = await Promise.all(refs.map((ref) => lake.table(ref).snapshot()));
  return [...snapshots.map(tableSummary), ...views.map(viewSummary)];
}

/** @throws NotFoundError */
export async function describeTable(lake: Lake, lab: LabName, name: TableName): Promise<TableDetail> {
  const ref = await locate(lake, lab, name);
  const view = (await lake.table(ref).exists()) ? undefined : await lake.view(ref);
  return view ? viewDetail(view) : tableDetail(await lake.table(ref).snapshot());
}

/** Newest first; empty for a view. @throws NotFoundError */
export async function tableHistory(lake: Lake, lab: LabName, name: TableName): Promise<HistoryEntry[]> {
  const table = lake.table(await locate(lake, lab, name));
  if (!(await table.exists())) return [];
  return (await table.history()).map(({ userMetadata, ...entry }) => ({
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
  if (isName && ((await lake.table(ref).exists()) || (await lake.view(ref)))) return ref;
  throw new NotFoundError(
    'table',
    name,
    (await listTables(lake, lab)).map((table) => table.name),
  );
}

function tableSummary({ ref, version, files, numRecords, sizeInBytes }: Snapshot): TableSummary {
  const name = `${ref.schema}.${ref.name}`;
  return { name, kind: 'table', version, numFiles: files.length, numRecords: numRecords ?? 0, sizeInBytes };
}

function viewSummary({ ref }: View): TableSummary {
  return {
    name: `${ref.schema}.${ref.name}`,
    kind: 'view',
    version: null,
    numFiles: 0,
    numRecords: 0,
    sizeInBytes: 0,
  };
}

function tableDetail(snapshot: Snapshot): TableDetail {
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
  return { ...tableSummary(snapshot), columns, partitionColumns, files, sql: null };
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
