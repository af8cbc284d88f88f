import { commitPath } from './log.ts';
import type { ReplayState } from './snapshot.ts';
import { tryBeside } from './upkeep.ts';
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

/**
 * The newest commit of one log, as the mirror has it. A mirror that fails is a warning: it guards commits, and must not stop
 * them.
 */
export class TipWatch {
  #lost: Promise<LostCommits | undefined> | undefined;

  constructor(readonly log: MirroredLog) {}

  /** The mirrored tip. To be read before the log: the log only grows, so that a tip beyond it is a loss and no race. */
  read(): Promise<Tip | undefined> {
    return this.#try(async () => this.log.env.tips?.read(tablePath(this.log.ref)));
  }

  /** Compares the log with its tip, the first time; a commit must wait for it, since it is mirrored over the tip. */
  async compare(tip: Tip | undefined, state: ReplayState): Promise<void> {
    this.#lost ??= this.#try(() => findLost(this.log, tip, state));
    await this.#lost;
  }

  /** What the comparison found. */
  lost(): Promise<LostCommits | undefined> {
    return this.#lost ?? Promise.resolve(undefined);
  }

  /** Mirrors a commit that has just been published. */
  async record(commit: { version: Version; bytes: Uint8Array; timestamp: number }): Promise<void> {
    const { version, timestamp } = commit;
    const { ref, env } = this.log;
    await this.#try(async () => {
      await env.tips?.record(tablePath(ref), { version, timestamp, sha256: await sha256(commit.bytes) });
    });
  }

  /** Takes the log as it is for the truth. */
  async reset(state: ReplayState): Promise<void> {
    await resetTip(this.log, state);
    this.#lost = undefined;
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    let result: T | undefined;
    await tryBeside(this.log, 'The mirror of the newest version', async () => {
      result = await work();
    });
    return result;
  }
}

/**
 * Commits that were acknowledged and are not in the log any more: those after its end, or the mirrored one itself when another
 * has taken its place. The finding stays in the mirror until it is reset, whatever is committed meanwhile.
 */
async function findLost(
  log: MirroredLog,
  tip: Tip | undefined,
  state: ReplayState,
): Promise<LostCommits | undefined> {
  if (!tip || tip.lost) return tip?.lost;
  const lost = await lostSince(log, tip, state.version);
  if (lost) await resetTip(log, state, lost);
  return lost;
}

/** Mirrors the log as it is, with what it has lost; forgets a table that is not there and has lost nothing. */
async function resetTip(log: MirroredLog, state: ReplayState, lost?: LostCommits): Promise<void> {
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
