/**
 * What crosses the border between the page and the engine: types only.
 * The page imports this file and nothing else of the workers; `window.tarn` is an `EngineApi`.
 */

/** Milliseconds since the Unix epoch, UTC. */
export type EpochMs = number;
/** Name of a lab, which is also a DuckDB catalog: `transactions`. */
export type LabName = string;
/** A table as users write it: `schema.table`, optionally `lab.schema.table`. */
export type TableName = string;
export type RunId = string;

export type Compression = 'zstd' | 'snappy' | 'none';

/** The recipe of the transactions lab; together with the generator version it decides every row. */
export interface TransactionsParams {
  /** Transactions on a weekday, 1 .. 5 000 000; weekends have 0.6 of it. */
  rowsPerDay: number;
  /** Number of days, 1 .. 31. */
  days: number;
  /** First day, `YYYY-MM-DD`. */
  startDate: string;
  /** Unsigned 32-bit integer. */
  seed: number;
  /** Share of rows with each kind of dirt, 0 .. 0.2. */
  dirtRate: number;
  /** Executors, 1 .. 16; changes the speed, never a row. */
  workers: number;
  compression: Compression;
  /** `generator` makes the rows; `files` takes the imported files instead. */
  source: 'generator' | 'files';
}

/** One bound, default and unit for each parameter, so that forms and checks share them. */
export interface ParamSpec {
  name: string;
  kind: 'integer' | 'number' | 'date' | 'choice';
  default: number | string;
  min?: number;
  max?: number;
  step?: number;
  unit?: string;
  choices?: string[];
}

export interface LabInfo {
  name: LabName;
  title: string;
  description: string;
  generatorVersion: string;
  params: ParamSpec[];
  dashboards: DashboardSpec[];
}

// ---------------------------------------------------------------------------------------------- runs

export type RunState = 'scheduled' | 'running' | 'completed' | 'failed' | 'cancelled' | 'crashed';
export type TaskState = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled' | 'crashed' | 'skipped';
/** `generate` and `ingest` make bronze files, `load` commits them; the rest are dbt resource types. */
export type TaskKind = 'generate' | 'ingest' | 'load' | 'model' | 'test' | 'fingerprint';
export type Stage = 'source' | 'bronze' | 'staging' | 'silver' | 'gold';
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** Where a task stands; `taskId` is unique within its flow and stable between runs: dbt's unique_id for models and tests. */
export interface TaskRun {
  runId: RunId;
  taskId: string;
  name: string;
  kind: TaskKind;
  stage: Stage;
  /** Task ids that must be completed first. */
  dependsOn: string[];
  state: TaskState;
  /** 1 for the first try. */
  attempt: number;
  startedAt: EpochMs | null;
  endedAt: EpochMs | null;
  rows: number | null;
  bytes: number | null;
  /** Why it failed or was skipped, for people. */
  message: string | null;
}

/** The outcome of one dbt test, in dbt's own terms. */
export interface TestResult {
  runId: RunId;
  uniqueId: string;
  name: string;
  /** The model or source it looks at; empty for singular tests over several. */
  model: string;
  column: string | null;
  status: 'pass' | 'fail' | 'warn' | 'error' | 'skipped';
  severity: 'error' | 'warn';
  failures: number | null;
  message: string | null;
  /** SELECT that returns the failing rows; run it with `query`. */
  sql: string;
}

export interface LogLine {
  runId: RunId;
  taskId: string | null;
  at: EpochMs;
  level: LogLevel;
  message: string;
}

/** Fingerprint of a gold table: `<row count>-<16 hex digits>`, independent of row order. */
export type Fingerprint = string;

export interface RunSummary {
  runId: RunId;
  lab: LabName;
  state: RunState;
  startedAt: EpochMs;
  endedAt: EpochMs | null;
  durationMs: number | null;
  /** Rows landed in bronze. */
  rows: number;
  bytes: number;
  params: Record<string, string | number>;
  generatorVersion: string;
  tasksTotal: number;
  tasksCompleted: number;
  tasksFailed: number;
  testsFailed: number;
  testsWarned: number;
  message: string | null;
  /** Gold table to fingerprint; null until the run completes. */
  fingerprint: Record<string, Fingerprint> | null;
}

export interface RunDetail extends RunSummary {
  tasks: TaskRun[];
  tests: TestResult[];
}

/** What `run` answers once the run has ended. */
export interface RunOutcome {
  runId: RunId;
  state: 'completed' | 'failed' | 'cancelled' | 'crashed';
  durationMs: number;
  rows: number;
  tasks: TaskRun[];
  fingerprint: Record<string, Fingerprint> | null;
}

// ---------------------------------------------------------------------------------------------- tables and queries

export interface TableSummary {
  /** `schema.table`. */
  name: TableName;
  kind: 'table' | 'view';
  version: number | null;
  numFiles: number;
  numRecords: number;
  sizeInBytes: number;
}

export interface ColumnInfo {
  name: string;
  /** DuckDB type name: `DECIMAL(18,2)`. */
  type: string;
  nullable: boolean;
  partition: boolean;
}

export interface TableDetail extends TableSummary {
  columns: ColumnInfo[];
  partitionColumns: string[];
  files: {
    path: string;
    sizeInBytes: number;
    numRecords: number;
    partitionValues: Record<string, string | null>;
  }[];
  /** The SQL of a view. */
  sql: string | null;
}

/** One commit, as DESCRIBE HISTORY shows it. */
export interface HistoryEntry {
  version: number;
  timestamp: EpochMs;
  operation: string;
  operationParameters: Record<string, string>;
  operationMetrics: Record<string, string>;
  runId: RunId | null;
}

export type Scalar = string | number | bigint | boolean | null;
export type Row = Record<string, Scalar | unknown>;

/** A result as it crosses to the page: a complete Arrow IPC stream, transferred. */
export interface ArrowResult {
  queryId: string;
  ipc: Uint8Array;
  numRows: number;
  /** True when the limit cut the result. */
  truncated: boolean;
  elapsedMs: number;
  columns: { name: string; type: string }[];
}

export interface QueryOptions {
  lab?: LabName;
  /** Name to cancel the query by; made up when missing. */
  queryId?: string;
  /** Stop after so many rows. */
  limit?: number;
}

// ---------------------------------------------------------------------------------------------- dashboards

export interface DashboardSpec {
  name: string;
  title: string;
  /** Raw YAML-as-JSON of the lab's dashboard file; src/lib/charts gives it meaning. */
  spec: unknown;
}

// ---------------------------------------------------------------------------------------------- engine

export type EngineStatus =
  | { state: 'starting' }
  | { state: 'ready' }
  | { state: 'busy'; what: string }
  | { state: 'stopped'; reason: string };

export interface StorageInfo {
  /** `opfs` is durable; `memory` is lost with the tab and must be warned about. */
  kind: 'opfs' | 'memory';
  usedBytes: number | null;
  quotaBytes: number | null;
}

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
  | { type: 'tables'; lab: LabName };

/** A worker that the engine asks the page to start. */
export interface WorkerRequest {
  id: string;
  /** `executor`: task.worker.ts; `duckdb`: duckdb.worker.ts, which runs `script`. */
  kind: 'executor' | 'duckdb';
  /** The worker's end of the channel to the engine. Transferred. */
  port: MessagePort;
  /** Address of DuckDB's own worker script. */
  script?: string;
}

/**
 * What the page does for the engine: it starts and ends workers. Firefox hangs, one time in twenty, a worker that starts a worker
 * of its own, so none does.
 */
export interface WorkerHost {
  /** `onDeath` hears why the worker failed; it may never be called. */
  startWorker(request: WorkerRequest, onDeath: (reason: string) => void): void;
  endWorker(id: string): void;
}

/** The first message to the engine's worker; its port leads to the `WorkerHost`. */
export interface HostMessage {
  type: 'worker-host';
  port: MessagePort;
}

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
export interface EngineApi {
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
  tableDetail(table: TableName, lab?: LabName): Promise<TableDetail>;
  history(table: TableName, lab?: LabName): Promise<HistoryEntry[]>;
  fingerprint(lab: LabName): Promise<Record<string, Fingerprint>>;

  importFiles(lab: LabName, source: string, files: File[]): Promise<ImportReport>;
  imported(lab: LabName, source: string): Promise<ImportReport | null>;
  clearImport(lab: LabName, source: string): Promise<void>;
  /** A zip of the table's folder: its log and its live data files. */
  exportTable(table: TableName, lab?: LabName): Promise<Blob>;

  status(): Promise<EngineStatus>;
  storage(): Promise<StorageInfo>;
  subscribe(listener: (event: EngineEvent) => void): Promise<() => void>;
}
