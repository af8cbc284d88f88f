import { LogError } from '../errors.ts';
import { readCheckpoint } from './checkpoint.ts';
import { readLastCheckpoint } from './last-checkpoint.ts';
import { type CheckpointFiles, type LogListing, listLog } from './listing.ts';
import { readCommit, readListed, readTail, requireContiguous } from './log.ts';
import { EMPTY_STATE, type ReplayState, replayCommits } from './snapshot.ts';
import { tablePath } from '../path.ts';
import type { Action, FileStore, LakeEnv, TableRef, Version } from '../types.ts';

/** A log as it is found: where it lies, whose it is, and who hears of what is wrong and can be done without. */
export interface LogSource {
  store: FileStore;
  ref: TableRef;
  env: Pick<LakeEnv, 'onWarning'>;
}

/**
 * The newest state of a log: the checkpoint that `_last_checkpoint` names and the commits after it, without a listing where
 * that is possible. The empty state when there is no commit.
 * @throws LogError for a gap, or for a broken commit with others after it
 */
export async function loadState(source: LogSource): Promise<ReplayState> {
  return (await loadHinted(source)) ?? loadListed(source, await listLog(source.store, tablePath(source.ref)));
}

/**
 * The state at `upTo`, or the newest: the newest checkpoint before it that can be read, and the commits after that.
 * @throws LogError as `loadState` does, and when the commits that a broken checkpoint stood for are gone
 */
export async function loadListed(
  source: LogSource,
  listing: LogListing,
  upTo: Version = Infinity,
): Promise<ReplayState> {
  const { store, ref } = source;
  const table = tablePath(ref);
  const base = await loadNewest(
    source,
    listing.checkpoints.filter(({ version }) => version <= upTo),
  );
  const versions = listing.commits.filter((version) => version > base.version && version <= upTo);
  await requireContiguous(store, table, versions, base.version + 1);
  return replayCommits(base, await readListed(store, table, versions, listing.commits.at(-1)), ref);
}

/** The first version of a listing that can be read: 0, or that of the first checkpoint. Undefined when none can. */
export function firstReadable({ commits, checkpoints }: LogListing): Version | undefined {
  return commits[0] === 0 ? 0 : checkpoints[0]?.version;
}

/** The newest of these checkpoints that can be read, or the empty state. */
export async function loadNewest(source: LogSource, checkpoints: CheckpointFiles[]): Promise<ReplayState> {
  for (const checkpoint of checkpoints.toReversed()) {
    try {
      return await loadCheckpoint(source, checkpoint);
    } catch (cause) {
      if (!(cause instanceof LogError)) throw cause;
      // An older checkpoint and more commits say the same.
      source.env.onWarning?.(cause);
    }
  }
  return EMPTY_STATE;
}

async function loadHinted(source: LogSource): Promise<ReplayState | undefined> {
  const { store, ref } = source;
  const table = tablePath(ref);
  const hinted = await readLastCheckpoint(store, table);
  if (!hinted) return undefined;
  const [base, tail] = await Promise.all([
    loadNewest(source, [hinted]),
    readTail(store, table, hinted.version),
  ]);
  return base === EMPTY_STATE || !tail ? undefined : replayCommits(base, tail, ref);
}

async function loadCheckpoint({ store, ref }: LogSource, checkpoint: CheckpointFiles): Promise<ReplayState> {
  const table = tablePath(ref);
  const [actions, commit] = await Promise.all([
    readCheckpoint(store, table, checkpoint),
    readCommit(store, table, checkpoint.version),
  ]);
  // A checkpoint holds no commitInfo; its commit, which log clean-up keeps, says when it was made.
  const info = commit?.actions.filter((action) => 'commitInfo' in action) ?? [];
  const base = { ...EMPTY_STATE, timestamp: newestTime(actions) };
  if (info.length > 0) base.timestamp = 0;
  return replayCommits(base, [{ version: checkpoint.version, actions: [...info, ...actions] }], ref);
}

/** The best that can be told of a checkpoint's age without its commit, epoch ms. */
function newestTime(actions: Action[]): number {
  let newest = 0;
  for (const action of actions) {
    if ('add' in action) newest = Math.max(newest, action.add.modificationTime ?? 0);
    if ('remove' in action) newest = Math.max(newest, action.remove.deletionTimestamp ?? 0);
  }
  return newest;
}
