/** Tables, their states and their problems. */
import type { AddFile, Metadata, Protocol, Txn, Version } from './actions.ts';
import type { StructType } from './schema.ts';

/** Where a table lives: `lake/<lab>/<schema>/<name>/`. */
export interface TableRef {
  lab: string;
  schema: string;
  name: string;
}

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
