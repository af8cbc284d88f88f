import { commitPath } from './log.ts';
import type { ReplayState } from './snapshot.ts';
import { FileNotFoundError } from '../errors.ts';
import { sha256 } from '../parquet/digest.ts';
import { tablePath } from '../path.ts';
import type { FileStore, LakeEnv, LostCommits, TableRef, Tip, Version } from '../types.ts';

/** A log and where its tip is mirrored. */
interface MirroredLog {
  store: FileStore;
  ref: TableRef;
  env: LakeEnv;
}

/** Mirrors a commit that has just been published. */
export async function recordCommit(
  { ref, env }: MirroredLog,
  commit: { version: Version; bytes: Uint8Array; timestamp: number },
): Promise<void> {
  const { version, timestamp } = commit;
  await env.tips?.record(tablePath(ref), { version, timestamp, sha256: await sha256(commit.bytes) });
}

/**
 * Commits that were acknowledged and are not in the log any more: those after its end, or the mirrored one itself when another
 * has taken its place. The finding stays in the mirror until `acceptLoss`, whatever is committed meanwhile.
 */
export async function findLost(log: MirroredLog, state: ReplayState): Promise<LostCommits | undefined> {
  const table = tablePath(log.ref);
  const tip = await log.env.tips?.read(table);
  if (!tip || tip.lost) return tip?.lost;
  const lost = await lostSince(log, tip, state.version);
  if (lost) await resetTip(log, state, lost);
  return lost;
}

/** Takes the log as it is for the truth; forgets the table where there is none. */
export async function resetTip(log: MirroredLog, state: ReplayState, lost?: LostCommits): Promise<void> {
  const table = tablePath(log.ref);
  await log.env.tips?.forget(table);
  if (state.version < 0 && !lost) return;
  const { version, timestamp } = state;
  const digest = await commitDigest(log.store, table, version);
  await log.env.tips?.record(table, { version, timestamp, sha256: digest, ...(lost ? { lost } : {}) });
}

async function lostSince(
  { store, ref }: MirroredLog,
  { version, sha256: expected, timestamp }: Tip,
  found: Version,
): Promise<LostCommits | undefined> {
  if (found < version) return { first: found + 1, last: version, timestamp };
  const actual = await commitDigest(store, tablePath(ref), version);
  // The commit may have been cleaned up since, by another tab.
  const replaced = actual !== undefined && expected !== undefined && actual !== expected;
  return replaced ? { first: version, last: version, timestamp } : undefined;
}

async function commitDigest(store: FileStore, table: string, version: Version): Promise<string | undefined> {
  if (version < 0) return undefined;
  try {
    return await sha256(await store.read(commitPath(table, version)));
  } catch (cause) {
    if (cause instanceof FileNotFoundError) return undefined;
    throw cause;
  }
}
