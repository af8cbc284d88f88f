import type { ColumnInfo, HistoryEntry, TableDetail, TableProblem, TableSummary } from '../../workers/api.ts';

type DataFile = TableDetail['files'][number];

/** What one commit left: its entry in the history, and the table as it was after it. */
export interface FakeVersion {
  entry: HistoryEntry;
  files: DataFile[];
  columns: ColumnInfo[];
}

/** A Delta table that pretends: all its versions, and what lies beside them. */
export interface FakeTable {
  name: string;
  /** Oldest first; empty when the log cannot be read. */
  versions: FakeVersion[];
  problem: TableProblem | null;
  /** Files that no version names. */
  orphans: DataFile[];
}

const HOUR = 3_600_000;
const BYTES_PER_ROW = 58;

export const COLUMNS: ColumnInfo[] = [
  ['transaction_id', 'VARCHAR'],
  ['transaction_timestamp', 'TIMESTAMP'],
  ['customer_id', 'VARCHAR'],
  ['transaction_type', 'VARCHAR'],
  ['amount', 'DECIMAL(18,2)'],
  ['status', 'VARCHAR'],
  ['merchant_category', 'VARCHAR'],
  ['channel', 'VARCHAR'],
  ['is_fraudulent', 'BOOLEAN'],
  ['transaction_date', 'DATE'],
].map(([name = '', type = '']) => ({ name, type, nullable: true, partition: name === 'transaction_date' }));

/** Name and present rows of every Delta table of the lab. */
const TABLES: [name: string, rows: number][] = [
  ['bronze.transactions', 1_000_000],
  ['bronze.customers', 10_000],
  ['bronze.merchants', 5_000],
  ['silver.transactions', 968_412],
  ['silver.customers', 10_000],
  ['gold.daily_activity', 48_120],
  ['gold.customer_activity', 187_344],
  ['gold.risk_summary', 2_904],
  ['gold.dim_customers', 10_000],
  ['gold.daily_transaction_summary', 9_998],
  ['gold.merchant_daily_summary', 5_000],
  ['gold.customer_segments', 10_000],
  ['gold.channel_performance', 5],
  ['gold.hourly_pattern', 24],
  ['system.runs', 3],
];

let filesMade = 0;

/** Data files for so many rows, packed by `perFile`. */
export function makeFiles(rows: number, perFile = 250_000): DataFile[] {
  const count = Math.max(1, Math.ceil(rows / perFile));
  return Array.from({ length: count }, (_, i) => {
    const numRecords = Math.floor(rows / count) + (i < rows % count ? 1 : 0);
    const id = (++filesMade).toString(16).padStart(12, '0');
    return {
      path: `part-${String(i).padStart(5, '0')}-5f0c1e2a-7b1d-4c55-9c3c-${id}.zstd.parquet`,
      sizeInBytes: numRecords * BYTES_PER_ROW + 1200,
      numRecords,
      partitionValues: { transaction_date: `2025-01-0${1 + (i % 5)}` },
    };
  });
}

export function sumRows(files: DataFile[]): number {
  return files.reduce((sum, file) => sum + file.numRecords, 0);
}

export function sumBytes(files: DataFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeInBytes, 0);
}

/** Adds a commit to a table; `files` are all files of the new version. */
export function commitVersion(
  table: FakeTable,
  change: { operation: string; files: DataFile[]; parameters?: Record<string, string>; metrics?: object },
  at = Date.now(),
): number {
  const last = table.versions.at(-1);
  const version = (last?.entry.version ?? -1) + 1;
  const metrics = Object.entries(change.metrics ?? {}).map(([key, value]) => [key, String(value)]);
  table.versions.push({
    entry: {
      version,
      timestamp: at,
      operation: change.operation,
      operationParameters: change.parameters ?? {},
      operationMetrics: Object.fromEntries(metrics) as Record<string, string>,
      runId: /WRITE|CREATE/.test(change.operation) ? 'run-0001' : null,
    },
    files: change.files,
    columns: last?.columns ?? COLUMNS,
  });
  return version;
}

const writeMetrics = (files: DataFile[]) => ({
  numFiles: files.length,
  numOutputRows: sumRows(files),
  numOutputBytes: sumBytes(files),
});

/** A table with a life behind it: created, appended to in small files, cleaned, overwritten, merged into. */
export function makeTable(name: string, rows: number, now = Date.now()): FakeTable {
  const table: FakeTable = { name, versions: [], problem: null, orphans: [] };
  const first = makeFiles(Math.round(rows * 0.55));
  const at = (hours: number) => now - hours * HOUR;
  commitVersion(
    table,
    { operation: 'CREATE TABLE AS SELECT', files: first, metrics: writeMetrics(first) },
    at(214),
  );
  const second = makeFiles(Math.round(rows * 0.3), Math.max(1, rows / 40));
  commitVersion(
    table,
    {
      operation: 'WRITE',
      files: [...first, ...second],
      parameters: { mode: 'Append' },
      metrics: writeMetrics(second),
    },
    at(190),
  );
  const kept = second.slice(1);
  commitVersion(
    table,
    {
      operation: 'DELETE',
      files: [...first, ...kept],
      parameters: { predicate: '["(amount <= 0)"]' },
      metrics: {
        numDeletedRows: sumRows(second.slice(0, 1)),
        numRemovedFiles: 1,
        numAddedFiles: 0,
        numCopiedRows: 0,
      },
    },
    at(96),
  );
  const third = makeFiles(rows, Math.max(1, rows / 9));
  commitVersion(
    table,
    {
      operation: 'WRITE',
      files: third,
      parameters: { mode: 'Overwrite', partitionBy: '["transaction_date"]' },
      metrics: { ...writeMetrics(third), numRemovedFiles: first.length + kept.length },
    },
    at(5),
  );
  commitVersion(
    table,
    {
      operation: 'MERGE',
      files: third,
      parameters: { predicate: '["target.transaction_id = source.transaction_id"]' },
      metrics: {
        numTargetRowsInserted: 12,
        numTargetRowsUpdated: 340,
        numTargetRowsDeleted: 0,
        numTargetFilesAdded: 1,
        numTargetFilesRemoved: 1,
      },
    },
    at(1),
  );
  table.orphans = rows > 100_000 ? makeFiles(rows / 20) : [];
  return table;
}

/** The Delta tables of the lab. */
export function makeTables(): FakeTable[] {
  return TABLES.map(([name, rows]) => makeTable(name, rows));
}

export function summarize({ name, versions, problem }: FakeTable): TableSummary {
  const last = problem && !problem.readable ? undefined : versions.at(-1);
  return {
    name,
    kind: 'table',
    version: last?.entry.version ?? null,
    numFiles: last?.files.length ?? 0,
    numRecords: sumRows(last?.files ?? []),
    sizeInBytes: sumBytes(last?.files ?? []),
    problem,
  };
}
