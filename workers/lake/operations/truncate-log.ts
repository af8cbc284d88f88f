import { VersionNotFoundError } from '../errors.ts';
import { lastCheckpointPath } from '../log/last-checkpoint.ts';
import { listLog } from '../log/listing.ts';
import { logFolder } from '../log/log.ts';
import type { TableLog } from '../log/table-log.ts';
import type { Version } from '../types.ts';

/**
 * Makes `version` the last of a table by deleting the log entries after it: the repair of a broken log. The commits after it
 * are lost; their data files are left to a vacuum. The newest entry goes first, so that a crash leaves an older state.
 * @throws VersionNotFoundError when the log has neither a commit nor a checkpoint of that version
 */
export async function truncateLog(log: TableLog, version: Version): Promise<void> {
  const { commits, checkpoints, files } = await listLog(log.store, log.path);
  const known = [...commits, ...checkpoints.map((checkpoint) => checkpoint.version)];
  if (!known.includes(version))
    throw new VersionNotFoundError(log.name, version, Math.max(...known), Math.min(...known));
  // The hint may name a checkpoint that goes.
  await log.store.remove(lastCheckpointPath(log.path));
  const after = files.filter((file) => file.version > version).sort((a, b) => b.version - a.version);
  for (const { name } of after) await log.store.remove(`${logFolder(log.path)}/${name}`);
  await log.reload();
}
