import { readCheckpoint } from './checkpoint.ts';
import { type CheckpointFiles, type LogListing, listLog } from './listing.ts';
import type { LogSource } from './load.ts';
import { logFolder, readCommit } from './log.ts';
import { cleansUpLog, logRetention } from './properties.ts';
import { commitInfoOf, commitTime } from './snapshot.ts';
import { tablePath } from '../path.ts';

const DAY = 86_400_000;

/**
 * Log entries older than this may go, epoch ms: midnight UTC before `delta.logRetentionDuration` ago. -Infinity when
 * `delta.enableExpiredLogCleanup` is false.
 */
export function cleanUpCutoff(configuration: Record<string, string>, now: number): number {
  if (!cleansUpLog(configuration)) return -Infinity;
  return Math.floor((now - logRetention(configuration)) / DAY) * DAY;
}

/**
 * Deletes the log entries before the newest checkpoint that is not newer than `cutoff`; nothing without one. Its own commit
 * stays. Oldest first, so that no checkpoint outlives the commits after it (delta.md section 10).
 */
export async function cleanUpLog(source: LogSource, cutoff: number): Promise<void> {
  const { store, ref } = source;
  const table = tablePath(ref);
  const listing = await listLog(store, table);
  const checkpoint = await newestExpired(source, listing, cutoff);
  if (!checkpoint) return;
  const expired = listing.files.filter(({ version }) => version < checkpoint.version);
  if (expired.length === 0) return;
  // What stands for the deleted commits must be readable. @throws LogError
  await readCheckpoint(store, table, checkpoint);
  expired.sort((a, b) => a.version - b.version);
  for (const { name } of expired) await store.remove(`${logFolder(table)}/${name}`);
}

/** Looked for from the oldest on: as a rule the first one is too young. */
async function newestExpired(
  { store, ref }: LogSource,
  { checkpoints }: LogListing,
  cutoff: number,
): Promise<CheckpointFiles | undefined> {
  let newest: CheckpointFiles | undefined;
  for (const checkpoint of checkpoints) {
    const commit = await readCommit(store, tablePath(ref), checkpoint.version);
    const time = commit && commitTime(commitInfoOf(commit.actions), 0);
    // Of unknown age: neither it nor what is older can be told to have expired.
    if (!time) continue;
    if (time > cutoff) break;
    newest = checkpoint;
  }
  return newest;
}
