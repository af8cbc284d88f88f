/** Tables, versions, queries and their results. */
import type { TableProblem } from './problems.ts';
import type { EpochMs, LabName, RunId, TableName } from './names.ts';

export interface TableSummary {
  /** `schema.table`. */
  name: TableName;
  kind: 'table' | 'view';
  version: number | null;
  numFiles: number;
  numRecords: number;
  sizeInBytes: number;
  /** Null for a table in good order. One that cannot be read has version null and no rows. */
  problem: TableProblem | null;
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
