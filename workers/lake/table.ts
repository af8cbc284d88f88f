import { type PreparedCommit, commit } from './commit.ts';
import { commitInfo, operationMetrics } from './commit-info.ts';
import {
  CommitConflictError,
  InvalidCommitError,
  TableExistsError,
  TableNotFoundError,
  VersionNotFoundError,
} from './errors.ts';
import { type Commit, readCommits, readCommitsAfter } from './log.ts';
import { dataFilePath, tableName, tablePath } from './path.ts';
import { protocolFor, requireWritable, upgradeFor } from './protocol.ts';
import { sameSchema, serializeSchema, validateSchema } from './schema.ts';
import { EMPTY_STATE, type ReplayState, commitInfoOf, replayCommits, snapshotOf } from './snapshot.ts';
import type {
  Action,
  AddFile,
  Clock,
  CommitOptions,
  CommitResult,
  FileStore,
  HistoryEntry,
  Metadata,
  RemoveFile,
  Snapshot,
  StructType,
  TableRef,
  Version,
  WrittenFile,
} from './types.ts';

export interface LakeEnv {
  clock: Clock;
  /** A new UUID. */
  newId: () => string;
}

export interface CreateOptions {
  partitionColumns?: string[];
  /** Table properties: `delta.appendOnly`, or one's own. */
  configuration?: Record<string, string>;
  description?: string;
}

/**
 * One Delta table. It keeps the last state it read and reads only what was committed since, so one instance serves many queries.
 * Writers race safely: a commit is a file put if absent, tried again behind commits that do not conflict.
 */
export class DeltaTable {
  readonly path: string;
  readonly name: string;
  #state: ReplayState = EMPTY_STATE;
  #snapshot: Snapshot | undefined;

  constructor(
    readonly store: FileStore,
    readonly ref: TableRef,
    readonly env: LakeEnv,
  ) {
    this.path = tablePath(ref);
    this.name = tableName(ref);
  }

  /** True when version 0 can be read. */
  async exists(): Promise<boolean> {
    return (await this.#refresh()).version >= 0;
  }

  /**
   * The table at a version, or at its last.
   * @throws TableNotFoundError, VersionNotFoundError, LogError, UnsupportedFeatureError
   */
  async snapshot(version?: Version): Promise<Snapshot> {
    const state = await this.#refresh();
    if (state.version < 0) throw new TableNotFoundError(this.name);
    if (version !== undefined && version !== state.version) return this.#snapshotAt(version, state.version);
    this.#snapshot ??= snapshotOf(state, this.ref);
    return this.#snapshot;
  }

  /** Makes an empty table. @throws TableExistsError, SchemaError */
  async create(
    schema: StructType,
    options: CreateOptions = {},
    commitOptions: CommitOptions = {},
  ): Promise<CommitResult> {
    if (await this.exists()) throw new TableExistsError(this.name);
    const partitionColumns = options.partitionColumns ?? [];
    const actions = this.#creation(schema, partitionColumns, options);
    const operationParameters = {
      isManaged: 'false',
      partitionBy: JSON.stringify(partitionColumns),
      properties: JSON.stringify(options.configuration ?? {}),
    };
    const defaults = { operation: 'CREATE TABLE', operationParameters };
    return this.#commit({ readVersion: -1, actions, blindAppend: false, defaults, options: commitOptions });
  }

  /** Adds files. @throws TableNotFoundError, InvalidCommitError, CommitConflictError */
  async append(files: WrittenFile[], options: CommitOptions = {}): Promise<CommitResult> {
    const snapshot = await this.snapshot();
    if (isDone(snapshot, options)) return { version: snapshot.version, committed: false };
    requireWritable(snapshot.protocol, snapshot.metadata, snapshot.schema, this.name);
    this.#requirePartitionValues(files, snapshot.metadata.partitionColumns);
    await this.#publish(files);
    const actions = files.map(({ add }) => ({ add }));
    const defaults = { operation: 'WRITE', operationParameters: { mode: 'Append', partitionBy: '[]' } };
    return this.#commit({
      readVersion: snapshot.version,
      actions,
      blindAppend: true,
      defaults,
      options,
      files,
    });
  }

  /**
   * Replaces all rows, and the schema and partitioning where they differ, in one commit; makes the table when it is missing.
   * @throws InvalidCommitError for an append-only table
   * @throws CommitConflictError when another writer changed the table meanwhile
   */
  async overwrite(
    schema: StructType,
    partitionColumns: string[],
    files: WrittenFile[],
    options: CommitOptions = {},
  ): Promise<CommitResult> {
    validateSchema(schema, partitionColumns);
    this.#requirePartitionValues(files, partitionColumns);
    const before = (await this.exists()) ? await this.snapshot() : undefined;
    if (before && isDone(before, options)) return { version: before.version, committed: false };
    await this.#publish(files);
    try {
      return await this.#replaceAll(before, schema, partitionColumns, files, options);
    } catch (cause) {
      // Both found no table and the other made it first: it exists now, and is overwritten.
      if (before || !(cause instanceof CommitConflictError)) throw cause;
      return this.#replaceAll(await this.snapshot(), schema, partitionColumns, files, options);
    }
  }

  /** Commits, newest first (DESCRIBE HISTORY). */
  async history(): Promise<HistoryEntry[]> {
    const commits = await readCommits(this.store, this.path, 0);
    return commits.map(historyEntry).reverse();
  }

  /** The bytes of a live data file, as stored. @throws FileNotFoundError */
  readFile(add: AddFile): Promise<Uint8Array> {
    return this.store.read(dataFilePath(this.path, add.path));
  }

  /** Deletes data files that were written and will not be committed. */
  async discard(files: WrittenFile[]): Promise<void> {
    await Promise.all(files.map(({ add }) => this.store.remove(dataFilePath(this.path, add.path))));
  }

  async #refresh(): Promise<ReplayState> {
    const base = this.#state;
    const commits =
      base.version < 0
        ? await readCommits(this.store, this.path, 0)
        : await readCommitsAfter(this.store, this.path, base.version);
    // Two refreshes may overlap; the one that got further stays.
    if (commits.length > 0 && (commits.at(-1)?.version ?? -1) > this.#state.version) {
      this.#state = replayCommits(base, commits, this.ref);
      this.#snapshot = undefined;
    }
    return this.#state;
  }

  async #snapshotAt(version: Version, latest: Version): Promise<Snapshot> {
    if (!Number.isInteger(version) || version < 0 || version > latest) {
      throw new VersionNotFoundError(this.name, version, latest);
    }
    const commits = await readCommits(this.store, this.path, 0);
    return snapshotOf(replayCommits(EMPTY_STATE, commits.slice(0, version + 1), this.ref), this.ref);
  }

  #creation(schema: StructType, partitionColumns: string[], options: CreateOptions): Action[] {
    validateSchema(schema, partitionColumns);
    return [
      { protocol: protocolFor(schema) },
      { metaData: this.#metadata(schema, partitionColumns, options) },
    ];
  }

  #metadata(schema: StructType, partitionColumns: string[], options: CreateOptions): Metadata {
    return {
      id: this.env.newId(),
      name: this.ref.name,
      description: options.description,
      format: { provider: 'parquet', options: {} },
      schemaString: serializeSchema(schema),
      partitionColumns,
      configuration: options.configuration ?? {},
      createdTime: this.env.clock.now(),
    };
  }

  async #replaceAll(
    before: Snapshot | undefined,
    schema: StructType,
    partitionColumns: string[],
    files: WrittenFile[],
    options: CommitOptions,
  ): Promise<CommitResult> {
    const change = before
      ? this.#change(before, schema, partitionColumns)
      : this.#creation(schema, partitionColumns, {});
    const removes = (before?.files ?? []).map((file) => ({ remove: this.#removeOf(file) }));
    const actions: Action[] = [...change, ...removes, ...files.map(({ add }) => ({ add }))];
    const operationParameters = { mode: 'Overwrite', partitionBy: JSON.stringify(partitionColumns) };
    const defaults = { operation: before ? 'WRITE' : 'CREATE TABLE AS SELECT', operationParameters };
    return this.#commit({
      readVersion: before?.version ?? -1,
      actions,
      blindAppend: false,
      defaults,
      options,
      files,
    });
  }

  /** Protocol and metaData actions where an existing table changes its schema or partitioning. */
  #change(before: Snapshot, schema: StructType, partitionColumns: string[]): Action[] {
    requireWritable(before.protocol, before.metadata, before.schema, this.name);
    if (before.metadata.configuration['delta.appendOnly'] === 'true' && before.files.length > 0) {
      throw new InvalidCommitError(
        `Table ${this.name} is append-only (delta.appendOnly): its rows cannot be overwritten.`,
      );
    }
    const samePartitioning =
      JSON.stringify(before.metadata.partitionColumns) === JSON.stringify(partitionColumns);
    if (samePartitioning && sameSchema(before.schema, schema)) return [];
    const upgrade = upgradeFor(before.protocol, schema);
    const metaData = { ...before.metadata, schemaString: serializeSchema(schema), partitionColumns };
    return [...(upgrade ? [{ protocol: upgrade }] : []), { metaData }];
  }

  #removeOf({ path, partitionValues, size }: AddFile): RemoveFile {
    const deletionTimestamp = this.env.clock.now();
    return { path, deletionTimestamp, dataChange: true, extendedFileMetadata: true, partitionValues, size };
  }

  #requirePartitionValues(files: WrittenFile[], partitionColumns: string[]): void {
    const expected = [...partitionColumns].sort().join(', ');
    for (const { add } of files) {
      const found = Object.keys(add.partitionValues).sort().join(', ');
      if (found === expected) continue;
      throw new InvalidCommitError(
        `File ${add.path} of ${this.name} has partition values for (${found}); the table is partitioned by (${expected}).`,
      );
    }
  }

  /** Data files that came as bytes, because their writer had no store. */
  async #publish(files: WrittenFile[]): Promise<void> {
    for (const { add, bytes } of files) {
      if (bytes) await this.store.publish(dataFilePath(this.path, add.path), bytes);
    }
  }

  async #commit(step: {
    readVersion: Version;
    actions: Action[];
    blindAppend: boolean;
    defaults: { operation: string; operationParameters: Record<string, string> };
    options: CommitOptions;
    files?: WrittenFile[];
  }): Promise<CommitResult> {
    const { readVersion, blindAppend, defaults, options, files } = step;
    const now = this.env.clock.now();
    const txn = options.txn && { txn: { ...options.txn, lastUpdated: now } };
    const actions = [...(txn ? [txn] : []), ...step.actions];
    const metrics = files ? operationMetrics(files, actions) : {};
    const info = commitInfo({
      now,
      readVersion,
      blindAppend,
      defaults,
      options,
      metrics,
      txnId: this.env.newId(),
    });
    const removes = new Set(actions.flatMap((action) => ('remove' in action ? [action.remove.path] : [])));
    const scope = { table: this.name, blindAppend, removes, appId: options.txn?.appId };
    const prepared: PreparedCommit = { readVersion, commitInfo: info, actions, scope };
    return commit(this.store, this.path, prepared);
  }
}

function isDone(snapshot: Snapshot, { txn }: CommitOptions): boolean {
  const last = txn && snapshot.txns.get(txn.appId);
  return last !== undefined && txn !== undefined && last.version >= txn.version;
}

function historyEntry({ version, actions }: Commit): HistoryEntry {
  const info = commitInfoOf(actions);
  return {
    version,
    timestamp: info?.timestamp ?? 0,
    operation: info?.operation ?? 'UNKNOWN',
    operationParameters: info?.operationParameters ?? {},
    operationMetrics: info?.operationMetrics ?? {},
    userMetadata: info?.userMetadata,
  };
}
