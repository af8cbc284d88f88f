import { TableNotFoundError, TimestampNotFoundError, VersionNotFoundError } from '../errors.ts';
import { dataFilePath, tableName, tablePath } from '../path.ts';
import type {
  Action,
  AddFile,
  CommitOptions,
  CommitResult,
  FileStore,
  HistoryEntry,
  LakeEnv,
  LostCommits,
  RemoveFile,
  Snapshot,
  TableRef,
  Version,
  WrittenFile,
} from '../types.ts';
import { commit } from './commit.ts';
import { commitInfo, operationMetrics } from './commit-info.ts';
import { type ReadScope, isolationOf } from './conflict.ts';
import { parseActions } from './actions.ts';
import { CommitHistory } from './history.ts';
import { listLog } from './listing.ts';
import { firstReadable, loadListed, loadState } from './load.ts';
import { commitPath, readCommitsAfter } from './log.ts';
import { EMPTY_STATE, type ReplayState, replayCommits, snapshotOf } from './snapshot.ts';
import { TipWatch } from './tip.ts';
import { LogUpkeep, tryBeside } from './upkeep.ts';

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
  readonly #history: CommitHistory;
  readonly #tip: TipWatch;
  readonly #upkeep: LogUpkeep;

  constructor(
    readonly store: FileStore,
    readonly ref: TableRef,
    readonly env: LakeEnv,
  ) {
    this.path = tablePath(ref);
    this.name = tableName(ref);
    this.#history = new CommitHistory(store, this.path);
    this.#tip = new TipWatch(this);
    this.#upkeep = new LogUpkeep(this);
  }

  /** True when there is a version that can be read. @throws LogError */
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

  /** Commits, newest first, from the first one that log clean-up has kept (DESCRIBE HISTORY). */
  async history(): Promise<HistoryEntry[]> {
    return (await this.#history.read()).reverse();
  }

  /**
   * The last version committed at or before a moment, epoch ms; after the last commit that is the last version. Commits count as
   * made when their commitInfo says, each at least 1 ms after the one before.
   * @throws TableNotFoundError, TimestampNotFoundError
   */
  async versionAt(timestamp: number): Promise<Version> {
    const found = await this.#history.versionAt(timestamp);
    if (found === undefined) throw new TableNotFoundError(this.name);
    if ('version' in found) return found.version;
    throw new TimestampNotFoundError(this.name, timestamp, found.first);
  }

  /** Commits that were acknowledged and that a power cut took back, until `acceptLoss`. @throws LogError */
  async lostCommits(): Promise<LostCommits | undefined> {
    await this.#refresh();
    return this.#tip.lost();
  }

  /** Takes note of lost commits: the log as it is becomes the truth. */
  async acceptLoss(): Promise<void> {
    await this.#tip.reset(await this.#refresh());
  }

  /** Forgets what was read, after the log was changed by other means than commits, and takes it as it is. */
  async reload(): Promise<void> {
    this.#state = EMPTY_STATE;
    this.#snapshot = undefined;
    this.#history.forget();
    await this.acceptLoss();
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
    const isolation = isolationOf(this.#state.metadata, actions);
    const scope: ReadScope = { table: this.name, reads, removes, appId: options.txn?.appId, isolation };
    const published = await commit(this.store, this.path, { readVersion, commitInfo: info, actions, scope });
    const { version, committed } = published;
    if (committed) await this.#follow({ version, bytes: published.bytes, timestamp: now });
    return { version, committed };
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

  /** What comes after a commit; nothing of it can undo the commit. */
  async #follow(commit: { version: Version; bytes: Uint8Array; timestamp: number }): Promise<void> {
    await this.#tip.record(commit);
    const { version, bytes } = commit;
    const base = this.#state;
    if (base.version === version - 1) {
      const actions = parseActions(bytes, commitPath(this.path, version));
      this.#advance(replayCommits(base, [{ version, actions }], this.ref));
    }
    await tryBeside(this, `The checkpoint of version ${version}`, async () => {
      if (this.#upkeep.isDue(version, this.#state)) await this.#upkeep.keep(await this.#refresh());
    });
  }

  async #refresh(): Promise<ReplayState> {
    const base = this.#state;
    if (base.version < 0) this.#advance(await this.#open());
    else
      this.#advance(
        replayCommits(base, await readCommitsAfter(this.store, this.path, base.version), this.ref),
      );
    return this.#state;
  }

  async #open(): Promise<ReplayState> {
    const tip = await this.#tip.read();
    const state = await loadState(this);
    await this.#tip.compare(tip, state);
    return state;
  }

  /** Two refreshes may overlap; the one that got further stays. */
  #advance(state: ReplayState): void {
    if (state.version <= this.#state.version) return;
    this.#state = state;
    this.#snapshot = undefined;
  }

  async #snapshotAt(version: Version, latest: Version): Promise<Snapshot> {
    const listing = await listLog(this.store, this.path);
    const first = firstReadable(listing) ?? 0;
    if (!Number.isInteger(version) || version < first || version > latest) {
      throw new VersionNotFoundError(this.name, version, latest, first);
    }
    return snapshotOf(await loadListed(this, listing, version), this.ref);
  }
}

/** True when the transaction of a write is in the table already (PROTOCOL "Transaction Identifiers"). */
export function holdsTxn({ txns }: Snapshot, { txn }: CommitOptions): boolean {
  const last = txn && txns.get(txn.appId);
  return last !== undefined && txn !== undefined && last.version >= txn.version;
}
