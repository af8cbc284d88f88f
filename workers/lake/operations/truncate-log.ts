import { VersionNotFoundError } from '../errors.ts';
import { deleteEntries } from '../log/delete-entries.ts';
import { listLog } from '../log/listing.ts';
import type { TableLog } from '../log/table-log.ts';
import type { Version } from '../types.ts';

/**
 * Makes `version` the last of a table by deleting the log entries after it: the repair of a broken log. The commits after it
 * are lost; their data files are left to a vacuum. The newest entry goes first, so that a crash leaves an older state.
 * @throws VersionNotFoundError when the log has neither a commit nor a checkpoint of that version
 */
export async function truncateLog(log: TableLog, version: Version): Promise<void> {
  const { commits, checkpoints } = await listLog(log.store, log.path);
  const known = [...commits, ...checkpoints.map((checkpoint) => checkpoint.version)];
  if (!known.includes(version))
    throw new VersionNotFoundError(log.name, version, Math.max(...known), Math.min(...known));
  // Cut off midway it is still a repair that somebody asked for, and no power cut.
  await log.env.tips?.forget(log.path);
  await deleteEntries(log.store, log.path, version);
  await log.reload();
}
