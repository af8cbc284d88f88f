import { LogError } from '../errors.ts';
import { writeCheckpoint } from './checkpoint.ts';
import { cleanUpLog, cleanUpCutoff } from './clean-up.ts';
import type { LogSource } from './load.ts';
import { allowsClassicCheckpoint, checkpointInterval } from './properties.ts';
import type { ReplayState } from './snapshot.ts';
import { tableName, tablePath } from '../path.ts';
import type { LakeEnv, Version } from '../types.ts';

/** What a log needs after commits: checkpoints, and the removal of entries that nobody needs. One per `TableLog`. */
export class LogUpkeep {
  #cleanedTo = -Infinity;

  constructor(readonly source: LogSource & { env: LakeEnv }) {}

  /** True when the commit of this version is to be followed by a checkpoint (`delta.checkpointInterval`). */
  isDue(version: Version, { metadata }: ReplayState): boolean {
    if (version === 0 || !metadata || !allowsClassicCheckpoint(metadata.configuration)) return false;
    return version % checkpointInterval(metadata.configuration) === 0;
  }

  /** Writes a checkpoint of the state, and once a day deletes log entries that have expired. */
  async keep(state: ReplayState): Promise<void> {
    const { store, ref, env } = this.source;
    const now = env.clock.now();
    await writeCheckpoint(store, tablePath(ref), state, now);
    if (!state.metadata) return;
    const cutoff = cleanUpCutoff(state.metadata.configuration, now);
    if (cutoff <= this.#cleanedTo) return;
    await cleanUpLog(this.source, cutoff);
    this.#cleanedTo = cutoff;
  }
}

/** Runs what may fail without harm to a commit that is done; a failure becomes a warning. */
export async function tryBeside(
  { ref, env }: Pick<LogSource, 'ref' | 'env'>,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${what} of ${tableName(ref)} failed: ${reason} Nothing committed is lost; it is tried again later.`;
    env.onWarning?.(new LogError(message, { cause }));
  }
}
