import { decodeCheckpoint } from './checkpoint-decode.ts';
import { encodeCheckpoint } from './checkpoint-encode.ts';
import { FileNotFoundError, LogError } from '../errors.ts';
import { writeLastCheckpoint } from './last-checkpoint.ts';
import { type CheckpointFiles, classicName } from './listing.ts';
import { logFolder } from './log.ts';
import { deletedFileRetention } from './properties.ts';
import type { ReplayState } from './snapshot.ts';
import type { Action, FileStore } from '../types.ts';

/**
 * Writes the state as a classic checkpoint, then the hint to it. Another writer may do the same at the same time: both write
 * the same state, and the first stays.
 * @param now epoch ms; removed files are forgotten when `delta.deletedFileRetentionDuration` before it
 */
export async function writeCheckpoint(
  store: FileStore,
  table: string,
  state: ReplayState,
  now: number,
): Promise<void> {
  const actions = checkpointActions(state, now);
  const bytes = encodeCheckpoint(actions);
  await store.putIfAbsent(`${logFolder(table)}/${classicName(state.version)}`, bytes);
  await writeLastCheckpoint(store, table, {
    version: state.version,
    size: actions.length,
    sizeInBytes: bytes.byteLength,
    numOfAddFiles: state.files.size,
  });
}

/** All actions of a checkpoint. @throws LogError when a file of it is missing or broken */
export async function readCheckpoint(
  store: FileStore,
  table: string,
  { names }: CheckpointFiles,
): Promise<Action[]> {
  const contents = await Promise.all(names.map((name) => readContent(store, `${logFolder(table)}/${name}`)));
  const sidecars = contents.flatMap((content) => content.sidecars);
  const more = await Promise.all(
    sidecars.map((name) => readContent(store, `${logFolder(table)}/_sidecars/${name}`)),
  );
  const actions = [...contents, ...more].flatMap((content) => content.actions);
  if (!actions.some((action) => 'metaData' in action))
    throw new LogError(`The checkpoint ${names.join(', ')} of ${table} has no metaData action.`);
  return actions;
}

/** Protocol, metaData, transactions, domains, live files, and removed files that a vacuum must still keep. */
function checkpointActions(state: ReplayState, now: number): Action[] {
  const { protocol, metadata } = state;
  if (!protocol || !metadata) throw new LogError(`Version ${state.version} has no protocol or no metaData.`);
  const oldest = now - deletedFileRetention(metadata.configuration);
  const removes = [...state.tombstones.values()].filter((remove) => (remove.deletionTimestamp ?? 0) > oldest);
  return [
    { protocol },
    { metaData: metadata },
    ...[...state.txns.values()].map((txn) => ({ txn })),
    ...[...state.domains.values()].map((domainMetadata) => ({ domainMetadata })),
    // A checkpoint tells a state, not a change.
    ...removes.map((remove) => ({ remove: { ...remove, dataChange: false } })),
    ...[...state.files.values()].map((add) => ({ add: { ...add, dataChange: false } })),
  ];
}

async function readContent(store: FileStore, path: string): ReturnType<typeof decodeCheckpoint> {
  try {
    return await decodeCheckpoint(await store.read(path), path);
  } catch (cause) {
    if (cause instanceof FileNotFoundError)
      throw new LogError(`The checkpoint file ${path} is missing.`, { cause });
    throw cause;
  }
}
