import { FileNotFoundError } from '../errors.ts';
import { type CheckpointFiles, classicName, partNames } from './listing.ts';
import { logFolder } from './log.ts';
import type { FileStore, Version } from '../types.ts';

/** What `_last_checkpoint` says of a checkpoint (PROTOCOL "Last Checkpoint File"). */
export interface LastCheckpoint {
  version: Version;
  /** Actions in the checkpoint. */
  size: number;
  sizeInBytes: number;
  numOfAddFiles: number;
}

/** `<table>/_delta_log/_last_checkpoint`. */
export function lastCheckpointPath(table: string): string {
  return `${logFolder(table)}/_last_checkpoint`;
}

/** Writes the hint; the checkpoint itself must be there already. */
export async function writeLastCheckpoint(
  store: FileStore,
  table: string,
  hint: LastCheckpoint,
): Promise<void> {
  await store.publish(lastCheckpointPath(table), new TextEncoder().encode(JSON.stringify(hint)));
}

/** The checkpoint that the hint names, which need not exist; undefined without a hint that can be read. */
export async function readLastCheckpoint(
  store: FileStore,
  table: string,
): Promise<CheckpointFiles | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await store.read(lastCheckpointPath(table));
  } catch (cause) {
    if (cause instanceof FileNotFoundError) return undefined;
    throw cause;
  }
  try {
    return namedCheckpoint(JSON.parse(new TextDecoder().decode(bytes)) as Hint);
  } catch {
    // Only a hint: the listing says the same.
    return undefined;
  }
}

interface Hint {
  version?: unknown;
  parts?: unknown;
  v2Checkpoint?: { path?: unknown } | null;
}

function namedCheckpoint({ version, parts, v2Checkpoint }: Hint): CheckpointFiles | undefined {
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) return undefined;
  const uuidNamed = v2Checkpoint?.path;
  // Some writers give the whole path.
  if (typeof uuidNamed === 'string') return { version, names: [uuidNamed.split('/').at(-1) ?? uuidNamed] };
  if (typeof parts === 'number') return { version, names: partNames(version, parts) };
  return { version, names: [classicName(version)] };
}
