import { TableLog } from './log/table-log.ts';
import { appendFiles } from './operations/append.ts';
import { type CreateOptions, createTable } from './operations/create.ts';
import { overwriteTable } from './operations/overwrite.ts';
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
  ): Promise<CommitResult> {
    return overwriteTable(this.log, { schema, partitionColumns, files }, options);
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
