import { DataFileError } from '../errors.ts';
import { type LogFile, listLog } from '../log/listing.ts';
import { logFolder } from '../log/log.ts';
import type { TableLog } from '../log/table-log.ts';
import { readFileHistory } from '../operations/lifetimes.ts';
import { listDataFiles } from '../operations/table-files.ts';
import { dataFilePath } from '../path.ts';
import type { AddFile, Snapshot } from '../types.ts';

/** A file of a table, on its way out of the lake. */
export interface TableFile {
  /** In the store. */
  path: string;
  /** Milliseconds since the Unix epoch; for a file of the log the timestamp of its commit. */
  modifiedAt: number;
}

export interface DataFile extends TableFile {
  add: AddFile;
  /** False for a file that only former versions need. */
  isLive: boolean;
}

/** A table at one version: what must be copied so that it, and its former versions as far as they exist, can be read elsewhere. */
export interface TableFiles {
  snapshot: Snapshot;
  data: DataFile[];
  /** In the order they are to be written, so that every beginning of it is a table. */
  log: TableFile[];
}

/**
 * Lists the files of a table at its current version, and with `formerVersions` those of older ones that are still there. Files
 * that no commit names are left out.
 * @throws DataFileError when a live file is missing; TableNotFoundError, LogError
 */
export async function listTableFiles(
  log: TableLog,
  { formerVersions }: { formerVersions: boolean },
): Promise<TableFiles> {
  const { current: snapshot, lifetimes } = formerVersions
    ? await readFileHistory(log)
    : { current: await log.snapshot(), lifetimes: [] };
  const live = new Map(snapshot.files.map((add) => [dataFilePath(log.path, add.path), add]));
  const present = new Set(await listDataFiles(log.store, log.path, snapshot.metadata.partitionColumns));
  const missing = [...live.keys()].find((path) => !present.has(path));
  if (missing !== undefined) throw new DataFileError(missing, 'file', 'a file that the log names', 'none');
  const known = new Map(lifetimes.map(({ path, add }) => [path, add]));
  const data = [...known, ...live].filter(([path]) => present.has(path));
  return {
    snapshot,
    data: [...new Map(data)].map(([path, add]) => ({
      path,
      add,
      modifiedAt: add.modificationTime,
      isLive: live.has(path),
    })),
    log: await listLogFiles(log, snapshot),
  };
}

/**
 * Commits and checkpoints up to the snapshot, a checkpoint before the commit of its version. `_last_checkpoint` is a mere hint and
 * may name a later version; it is left out.
 */
async function listLogFiles(log: TableLog, { version, timestamp }: Snapshot): Promise<TableFile[]> {
  const timestamps = new Map((await log.history()).map((entry) => [entry.version, entry.timestamp]));
  const { files } = await listLog(log.store, log.path);
  const copied = files.filter((file) => file.kind !== 'other' && file.version <= version);
  const sidecars = (await log.store.list(`${logFolder(log.path)}/_sidecars`)).map(({ name }) => ({
    path: `${logFolder(log.path)}/_sidecars/${name}`,
    modifiedAt: timestamp,
  }));
  const ordered = copied
    .sort((a, b) => a.version - b.version || orderOf(a) - orderOf(b))
    .map((file) => ({
      path: `${logFolder(log.path)}/${file.name}`,
      modifiedAt: timestamps.get(file.version) ?? timestamp,
    }));
  return [...sidecars, ...ordered];
}

function orderOf({ kind }: LogFile): number {
  return kind === 'checkpoint' ? 0 : 1;
}
