import { TableLog } from './log/table-log.ts';
import { appendFiles, appendRows } from './operations/append.ts';
import { type CreateOptions, createTable } from './operations/create.ts';
import { type DeleteOptions, deleteWhere } from './operations/delete.ts';
import { type MergeResult, mergeRows } from './operations/merge.ts';
import type { MergeRequest } from './operations/merge-clauses.ts';
import { overwriteTable } from './operations/overwrite.ts';
import { replacePartitions } from './operations/replace-partitions.ts';
import { replaceWhere } from './operations/replace-where.ts';
import type { OperationReport } from './operations/report.ts';
import type { NewRows, RowOptions } from './operations/row-change.ts';
import type { RowPorts } from './operations/rows.ts';
import type {
  AddFile,
  CommitOptions,
  CommitResult,
  FileStore,
  HistoryEntry,
  LakeEnv,
  Snapshot,
  StructType,
  TableRef,
  Version,
  WrittenFile,
} from './types.ts';

/**
 * One Delta table: its log, and what can be done to it. Writers race safely: a commit is a file put if absent, tried again
 * behind commits that do not conflict.
 */
export class DeltaTable {
  readonly log: TableLog;

  constructor(
    readonly store: FileStore,
    readonly ref: TableRef,
    env: LakeEnv,
  ) {
    this.log = new TableLog(store, ref, env);
  }

  /** `lake/<lab>/<schema>/<name>`. */
  get path(): string {
    return this.log.path;
  }

  /** See `TableLog.exists`. */
  exists(): Promise<boolean> {
    return this.log.exists();
  }

  /** See `TableLog.snapshot`. */
  snapshot(version?: Version): Promise<Snapshot> {
    return this.log.snapshot(version);
  }

  /** See `TableLog.history`. */
  history(): Promise<HistoryEntry[]> {
    return this.log.history();
  }

  /** See `createTable`. */
  create(schema: StructType, options?: CreateOptions, commitOptions?: CommitOptions): Promise<CommitResult> {
    return createTable(this.log, schema, options, commitOptions);
  }

  /** See `appendFiles`. */
  append(files: WrittenFile[], options?: CommitOptions): Promise<CommitResult> {
    return appendFiles(this.log, files, options);
  }

  /** See `overwriteTable`. */
  overwrite(
    schema: StructType,
    partitionColumns: string[],
    files: WrittenFile[],
    options?: CommitOptions,
    ports?: RowPorts,
  ): Promise<CommitResult> {
    return overwriteTable(this.log, { schema, partitionColumns, files }, options, ports);
  }

  /** See `appendRows`. */
  appendRows(ports: RowPorts, rows: NewRows, options?: RowOptions): Promise<CommitResult> {
    return appendRows(this.log, ports, rows, options);
  }

  /** See `replaceWhere`. */
  replaceWhere(
    ports: RowPorts,
    condition: string,
    rows: NewRows,
    options?: RowOptions,
  ): Promise<CommitResult> {
    return replaceWhere(this.log, ports, condition, rows, options);
  }

  /** See `replacePartitions`. */
  replacePartitions(ports: RowPorts, rows: NewRows, options?: RowOptions): Promise<CommitResult> {
    return replacePartitions(this.log, ports, rows, options);
  }

  /** See `deleteWhere`. */
  deleteWhere(ports: RowPorts, condition: string, options?: DeleteOptions): Promise<OperationReport> {
    return deleteWhere(this.log, ports, condition, options);
  }

  /** See `mergeRows`. */
  merge(ports: RowPorts, request: MergeRequest, options?: RowOptions): Promise<MergeResult> {
    return mergeRows(this.log, ports, request, options);
  }

  /** See `TableLog.readFile`. */
  readFile(add: AddFile): Promise<Uint8Array> {
    return this.log.readFile(add);
  }

  /** See `TableLog.discard`. */
  discard(files: WrittenFile[]): Promise<void> {
    return this.log.discard(files);
  }
}
