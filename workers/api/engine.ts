/** The engine as a whole: its methods, its events, its errors. */
import type { LabInfo, TransactionsParams } from './labs.ts';
import type { MaintenanceApi, At } from './maintenance.ts';
import type { Compression, Fingerprint, LabName, RunId, TableName } from './names.ts';
import type { LogLine, RunDetail, RunOutcome, RunSummary, Stage, TaskRun, TestResult } from './runs.ts';
import type { Job, StorageApi } from './storage.ts';
import type { ArrowResult, HistoryEntry, QueryOptions, Row, TableDetail, TableSummary } from './tables.ts';
import type { TabRole, TabsApi } from './tabs.ts';

export type EngineStatus =
  | { state: 'starting' }
  | { state: 'ready' }
  | { state: 'busy'; what: string }
  | { state: 'stopped'; reason: string };

export type EngineEvent =
  | { type: 'status'; status: EngineStatus }
  | { type: 'run'; run: RunSummary }
  | { type: 'task'; task: TaskRun }
  | { type: 'test'; test: TestResult }
  | { type: 'log'; line: LogLine }
  | {
      type: 'progress';
      runId: RunId;
      stage: Stage;
      rows: number;
      rowsPerSecond: number;
      totalRows: number;
      etaMs: number | null;
    }
  | { type: 'tables'; lab: LabName }
  | { type: 'job'; job: Job }
  | { type: 'role'; role: TabRole };

/** Errors cross the border as these; `name` is stable (`SqlError`, `ImportError`, `ProjectError`, ...). */
export interface ErrorShape {
  name: string;
  message: string;
  /** Position in the SQL or file, 1-based, where the error has one. */
  line?: number;
  column?: number;
  /** The SQL or file it speaks of. */
  sql?: string;
  file?: string;
  hint?: string;
}

export interface ImportReport {
  lab: LabName;
  source: string;
  files: { name: string; rows: number; bytes: number }[];
  rows: number;
}

/**
 * The engine, as pages, scripts and tests see it. Every method rejects with an `ErrorShape`.
 * 64-bit integers are numbers when safe, else bigint; decimals are strings; dates and timestamps are ISO strings.
 */
export interface EngineApi extends MaintenanceApi, StorageApi, TabsApi {
  labs(): Promise<LabInfo[]>;
  /** Runs the lab's flow and answers when it has ended. A second run of the same lab at once is refused. */
  run(lab: LabName, params?: Partial<TransactionsParams>): Promise<RunOutcome>;
  /** The run has stopped when this resolves; the lake is at its last commit. */
  cancel(runId: RunId): Promise<void>;
  /** Newest first. */
  runs(lab?: LabName): Promise<RunSummary[]>;
  runDetail(runId: RunId): Promise<RunDetail>;
  logs(runId: RunId): Promise<LogLine[]>;
  /** The graph a run with these parameters would have; all tasks pending. */
  plan(lab: LabName, params?: Partial<TransactionsParams>): Promise<TaskRun[]>;

  query(sql: string, options?: QueryOptions): Promise<Row[]>;
  queryArrow(sql: string, options?: QueryOptions): Promise<ArrowResult>;
  cancelQuery(queryId: string): Promise<void>;
  /** A result of `queryArrow` as a Parquet file. */
  toParquet(ipc: Uint8Array, compression?: Compression): Promise<Uint8Array>;

  tables(lab?: LabName): Promise<TableSummary[]>;
  /** The table now, or as it was. */
  tableDetail(table: TableName, lab?: LabName, at?: At): Promise<TableDetail>;
  history(table: TableName, lab?: LabName): Promise<HistoryEntry[]>;
  fingerprint(lab: LabName): Promise<Record<string, Fingerprint>>;

  importFiles(lab: LabName, source: string, files: File[]): Promise<ImportReport>;
  imported(lab: LabName, source: string): Promise<ImportReport | null>;
  clearImport(lab: LabName, source: string): Promise<void>;
  /** A zip of the table's folder: its log and its live data files. */
  exportTable(table: TableName, lab?: LabName): Promise<Blob>;

  status(): Promise<EngineStatus>;
  subscribe(listener: (event: EngineEvent) => void): Promise<() => void>;
}
