import { lastCheckpointPath } from './last-checkpoint.ts';
import { listLog, newestFirst } from './listing.ts';
import { logFolder } from './log.ts';
import type { FileStore, Version } from '../types.ts';

/**
 * Deletes the log entries after a version, or all of them. The newest goes first, so that a crash in between leaves an older version
 * and never a gap.
 */
export async function deleteEntries(store: FileStore, table: string, after: Version = -1): Promise<void> {
  // The hint may name a checkpoint that goes.
  await store.remove(lastCheckpointPath(table));
  const { files } = await listLog(store, table);
  for (const { name } of newestFirst(files.filter(({ version }) => version > after)))
    await store.remove(`${logFolder(table)}/${name}`);
}
