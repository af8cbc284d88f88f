import { VersionNotFoundError, TableNotFoundError } from '../errors.ts';
import { dataFilePath, tableName, tablePath } from '../path.ts';
import type {
  Action,
  AddFile,
  CommitOptions,
  CommitResult,
  FileStore,
  HistoryEntry,
  LakeEnv,
  RemoveFile,
  Snapshot,
  TableRef,
  Version,
  WrittenFile,
} from '../types.ts';
import { commit } from './commit.ts';
import { commitInfo, operationMetrics } from './commit-info.ts';
import type { ReadScope } from './conflict.ts';
import { type Commit, readCommits, readCommitsAfter } from './log.ts';
import { EMPTY_STATE, type ReplayState, commitInfoOf, replayCommits, snapshotOf } from './snapshot.ts';

/** What an operation has decided upon: the actions of one commit, and what they rely on. */
export interface CommitStep {
  /** Version of the snapshot the operation read; -1 when there is no table yet. */
  readVersion: Version;
  /** Without commitInfo and txn, which are added here. */
  actions: Action[];
  /** What of the table the operation read; decides which commits that came first are conflicts. */
  reads: ReadScope['reads'];
  /** Operation and parameters for the history, unless `options` has its own. */
  defaults: { operation: string; operationParameters: Record<string, string> };
  options: CommitOptions;
  /** New data files, for the metrics. */
  files?: WrittenFile[];
  /** Metrics beyond those of the files, every value as text. */
  metrics?: Record<string, string>;
}

/**
 * The log of one table: what it says, and how a commit is added to it. It keeps the last state it read and reads only what
 * was committed since, so one instance serves many queries. Operations (`../operations`) are functions over it.
 */
export class TableLog {
  /** `lake/<lab>/<schema>/<name>`. */
  readonly path: string;
  /** `lab.schema.name`, for messages. */
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

  /** Commits, newest first (DESCRIBE HISTORY). */
  async history(): Promise<HistoryEntry[]> {
    const commits = await readCommits(this.store, this.path, 0);
    return commits.map(historyEntry).reverse();
  }

  /**
   * Publishes the actions as the next version, behind those of other writers that do not conflict.
   * @throws CommitConflictError
   */
  async commit(step: CommitStep): Promise<CommitResult> {
    const { readVersion, reads, defaults, options, files } = step;
    const now = this.env.clock.now();
    const txn = options.txn && { txn: { ...options.txn, lastUpdated: now } };
    const actions = [...(txn ? [txn] : []), ...step.actions];
    const metrics = { ...(files ? operationMetrics(files, actions) : {}), ...step.metrics };
    const blindAppend = reads === 'nothing';
    const txnId = this.env.newId();
    const info = commitInfo({ now, readVersion, blindAppend, defaults, options, metrics, txnId });
    const removes = new Set(actions.flatMap((action) => ('remove' in action ? [action.remove.path] : [])));
    const scope: ReadScope = { table: this.name, reads, removes, appId: options.txn?.appId };
    return commit(this.store, this.path, { readVersion, commitInfo: info, actions, scope });
  }

  /** A remove action for a live file, as of now. */
  removeOf({ path, partitionValues, size }: AddFile, dataChange = true): RemoveFile {
    const deletionTimestamp = this.env.clock.now();
    return { path, deletionTimestamp, dataChange, extendedFileMetadata: true, partitionValues, size };
  }

  /** The bytes of a live data file, as stored. @throws FileNotFoundError */
  readFile(add: AddFile): Promise<Uint8Array> {
    return this.store.read(dataFilePath(this.path, add.path));
  }

  /** Stores data files that came as bytes, because their writer had no store. */
  async publishFiles(files: WrittenFile[]): Promise<void> {
    for (const { add, bytes } of files) {
      if (bytes) await this.store.publish(dataFilePath(this.path, add.path), bytes);
    }
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
}

/** True when the transaction of a write is in the table already (PROTOCOL "Transaction Identifiers"). */
export function holdsTxn({ txns }: Snapshot, { txn }: CommitOptions): boolean {
  const last = txn && txns.get(txn.appId);
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
