/** The types that cross the lake's border. Delta terms follow the protocol (delta-io PROTOCOL.md). */

export type Version = number;
export type Compression = 'zstd' | 'snappy' | 'none';

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** What the lake takes from outside instead of reaching for a global. */
export interface LakeEnv {
  clock: Clock;
  /** A new UUID. */
  newId: () => string;
  /** Where the tip of each log is mirrored; without it commits that a power cut takes back go unnoticed. */
  tips?: TipMirror;
  /** Told of what failed beside a commit and does not undo it: a checkpoint, log clean-up, the mirror. */
  onWarning?: (error: Error) => void;
}

/** The newest commit of a table, as it was when it was acknowledged. */
export interface Tip {
  version: Version;
  /** Of the commit's bytes, hex; undefined where the browser has no digest. */
  sha256: string | undefined;
  /** Commit timestamp, epoch ms. */
  timestamp: number;
  /** Acknowledged commits that were found missing, until somebody takes note of it. */
  lost?: LostCommits;
}

/** Commits that were acknowledged and are gone. */
export interface LostCommits {
  first: Version;
  last: Version;
  /** When the last of them was written, epoch ms. */
  timestamp: number;
}

/** Tips of logs, kept where a power cut does not reach them; tables are named by their path. */
export interface TipMirror {
  /** Resolves when the tip is on disk. An older version than the kept one is ignored; `lost` is kept until `forget`. */
  record(table: string, tip: Tip): Promise<void>;
  read(table: string): Promise<Tip | undefined>;
  /** Forgets a table, or every table below a folder. */
  forget(path: string): Promise<void>;
  /** The tables below a folder, sorted. */
  list(folder: string): Promise<string[]>;
}

/** Where a table lives: `lake/<lab>/<schema>/<name>/`. */
export interface TableRef {
  lab: string;
  schema: string;
  name: string;
}

export interface FileEntry {
  name: string;
  kind: 'file' | 'directory';
}

/**
 * Bytes by path (`a/b/c`, no leading slash, no `.` or `..`). Files are published whole and never edited.
 * Implementations pass one contract suite: `opfs` (dedicated workers only) and `memory`.
 */
export interface FileStore {
  readonly kind: 'opfs' | 'memory';
  /** @throws FileNotFoundError */
  read(path: string): Promise<Uint8Array>;
  /** Size in bytes, or undefined when the file does not exist. */
  size(path: string): Promise<number | undefined>;
  /** When the file was last written, epoch ms, by the clock of the store; undefined when it does not exist. */
  modified(path: string): Promise<number | undefined>;
  /** Direct children, sorted by name; temporary names hidden; empty when the folder does not exist. */
  list(folder: string): Promise<FileEntry[]>;
  /** Writes under a temporary name, flushes, then moves to `path`; replaces what was there in one step. */
  publish(path: string, bytes: Uint8Array): Promise<void>;
  /** As `publish`, for content larger than memory: chunks are written as they come. Answers the bytes written. */
  publishStream(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number>;
  /** The file as a Blob that is read when it is used; on disk where the store is. @throws FileNotFoundError */
  blob(path: string): Promise<Blob>;
  /** Publishes only if no file of that name exists; false when it does. Exclusive across workers and tabs. */
  putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Removes a file; nothing happens when it is not there. */
  remove(path: string): Promise<void>;
  /** Removes a folder and all below it; nothing happens when it is not there. */
  removeFolder(folder: string): Promise<void>;
}

// ------------------------------------------------------------------------------------- schema

export type PrimitiveType =
  | 'string'
  | 'long'
  | 'integer'
  | 'short'
  | 'byte'
  | 'double'
  | 'float'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'timestamp_ntz'
  | 'binary'
  | `decimal(${number},${number})`;

export type DeltaType =
  | PrimitiveType
  | { type: 'struct'; fields: StructField[] }
  | { type: 'array'; elementType: DeltaType; containsNull: boolean }
  | { type: 'map'; keyType: DeltaType; valueType: DeltaType; valueContainsNull: boolean };

export interface StructField {
  name: string;
  type: DeltaType;
  nullable: boolean;
  metadata: Record<string, unknown>;
}

export interface StructType {
  type: 'struct';
  fields: StructField[];
}

// ------------------------------------------------------------------------------------- actions

export interface Protocol {
  minReaderVersion: number;
  minWriterVersion: number;
  readerFeatures?: string[];
  writerFeatures?: string[];
}

export interface Metadata {
  id: string;
  name?: string;
  description?: string;
  format: { provider: 'parquet'; options: Record<string, string> };
  schemaString: string;
  partitionColumns: string[];
  configuration: Record<string, string>;
  createdTime?: number;
}

export interface AddFile {
  path: string;
  partitionValues: Record<string, string | null>;
  size: number;
  modificationTime: number;
  dataChange: boolean;
  /** JSON text. */
  stats?: string;
  /** `sha256`: hex digest of the file. */
  tags?: Record<string, string>;
}

export interface RemoveFile {
  path: string;
  deletionTimestamp: number;
  dataChange: boolean;
  extendedFileMetadata?: boolean;
  partitionValues?: Record<string, string | null>;
  size?: number;
}

export interface Txn {
  appId: string;
  version: number;
  lastUpdated?: number;
}

export interface CommitInfo {
  timestamp: number;
  /** Of tables with the feature `inCommitTimestamp`; only read. */
  inCommitTimestamp?: number;
  operation: string;
  operationParameters?: Record<string, string>;
  operationMetrics?: Record<string, string>;
  readVersion?: Version;
  isBlindAppend?: boolean;
  engineInfo?: string;
  txnId?: string;
  /** JSON text; `{"runId": ...}` for commits of a run. */
  userMetadata?: string;
}

/** State that other engines keep under a name; carried on, never looked into. */
export interface DomainMetadata {
  domain: string;
  configuration: string;
  removed: boolean;
}

export type Action =
  | { protocol: Protocol }
  | { metaData: Metadata }
  | { add: AddFile }
  | { remove: RemoveFile }
  | { txn: Txn }
  | { domainMetadata: DomainMetadata }
  | { commitInfo: CommitInfo };

/** The state of a table at one version. */
export interface Snapshot {
  ref: TableRef;
  version: Version;
  /** Commit timestamp, epoch ms. */
  timestamp: number;
  protocol: Protocol;
  metadata: Metadata;
  schema: StructType;
  files: AddFile[];
  txns: Map<string, Txn>;
  /** Exact, from the files' statistics; undefined when a file carries none. */
  numRecords: number | undefined;
  sizeInBytes: number;
}

export interface HistoryEntry {
  version: Version;
  timestamp: number;
  operation: string;
  operationParameters: Record<string, string>;
  operationMetrics: Record<string, string>;
  userMetadata: string | undefined;
}

/** Why a table cannot be read, or can be read but has lost something, and what mends it. */
export interface TableProblem {
  /**
   * `log`: a log entry is missing or broken; `data`: a data file is missing or damaged; `unsupported`: a feature of other engines;
   * `rolledBack`: commits that were acknowledged are gone after a power cut.
   */
  kind: 'log' | 'data' | 'unsupported' | 'rolledBack';
  /** True when the table can still be queried. */
  readable: boolean;
  message: string;
  /** Best first; none when nothing here can mend it. */
  repairs: Repair[];
}

/** A way to mend a table; `explain` says what is kept and what is lost. */
export interface Repair {
  /**
   * `forgetFiles`: a commit that removes damaged files from the table; `restore`: RESTORE to `version`;
   * `truncateLog`: log entries after `version` are deleted; `accept`: the loss is taken note of.
   */
  kind: 'forgetFiles' | 'restore' | 'truncateLog' | 'accept';
  version: Version | null;
  explain: string;
}

// ------------------------------------------------------------------------------------- what executors do

/** A data file that has been written and not yet committed. */
export interface WrittenFile {
  add: AddFile;
  numRecords: number;
  /** Given when the executor has no store in common with the driver (memory lake): the driver publishes them. */
  bytes?: Uint8Array;
}

/** Encode one Arrow IPC stream as data files of a table: one per partition value found in it. */
export interface EncodeJob {
  /** `lake/<lab>/<schema>/<name>`. */
  tablePath: string;
  /** Complete IPC stream with all columns of `schema`, partition columns too. Transferred. */
  ipc: Uint8Array;
  schema: StructType;
  partitionColumns: string[];
  compression: Compression;
  /** Load time, epoch ms: fills column `_ingested_at` of `schema`, which the stream need not have. */
  ingestedAt?: number;
}

/** Decode one data file into an Arrow IPC stream that has the wanted columns in the wanted order, partition values filled in. */
export interface DecodeJob {
  tablePath: string;
  add: AddFile;
  schema: StructType;
  partitionColumns: string[];
  /** Columns wanted, in this order; null for all, in schema order. */
  columns: string[] | null;
  /** Given when there is no store in common. */
  bytes?: Uint8Array;
}

export interface CommitOptions {
  operation?: string;
  operationParameters?: Record<string, string>;
  operationMetrics?: Record<string, string>;
  runId?: string;
  txn?: { appId: string; version: number };
}

export interface CommitResult {
  version: Version;
  /** False when `txn` had been committed before and nothing was written. */
  committed: boolean;
}

/** Parquet work, done in this thread (`DirectCodec`) or handed to executors (the work pool). */
export interface Codec {
  encode(job: EncodeJob, signal?: AbortSignal): Promise<WrittenFile[]>;
  decode(job: DecodeJob, signal?: AbortSignal): Promise<Uint8Array>;
}

// ------------------------------------------------------------------------------------- rows

/**
 * A place to ask SQL of rows: the warehouse, as operations of the lake see it. Its tables are private and vanish with it; lake tables
 * are not in sight.
 */
export interface RowSession {
  /**
   * Makes or adds to a table from complete Arrow IPC streams, whose buffers are transferred. `columns` are DuckDB types; `timestamp`
   * columns become naive UTC.
   */
  load(table: string, columns: { name: string; type: string }[], ipc: Uint8Array[]): Promise<void>;
  /** Forgets a table. */
  drop(table: string): Promise<void>;
  /** One at a time: until it is read or left, other calls reject. The rows of one SELECT as complete Arrow IPC streams of at most about 120 000 rows; none for no rows. @throws SqlError */
  select(sql: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export interface RowEngine {
  open(): Promise<RowSession>;
  /**
   * A test on files for a SQL condition: false only when no row of the file can meet it, told from partition values and
   * statistics. `columns` are those of the table, with DuckDB types.
   */
  mayMatch(condition: string, columns: { name: string; type: string }[]): (file: FileBounds) => boolean;
}

/** What is known of a file without reading it. */
export interface FileBounds {
  /** As in the log; empty for tables without partitions. */
  partitionValues: Record<string, string | null>;
  /** By column, as text that DuckDB casts to the column's type; a column without bounds is left out. `max` of text may be longer than any value. */
  bounds: Record<string, { min?: string; max?: string; nullCount?: number }>;
  numRecords: number | undefined;
}
