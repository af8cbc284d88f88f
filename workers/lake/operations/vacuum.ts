import { InvalidOptionError, StorageFullError } from '../errors.ts';
import { deletedFileRetention } from '../log/properties.ts';
import { requireWritable } from '../log/protocol.ts';
import type { TableLog } from '../log/table-log.ts';
import { dataFilePath } from '../path.ts';
import type { CommitOptions, Snapshot, Version } from '../types.ts';
import { type FileHistory, readFileHistory, versionsNeeding } from './lifetimes.ts';
import { type OperationReport, type Progress, reportOf, sumSizes } from './report.ts';
import { listDataFiles } from './table-files.ts';

const HOUR_MS = 3_600_000;
/** Files deleted between two looks at the table. */
const BATCH_FILES = 50;

export interface VacuumOptions {
  /** Instead of the table's `delta.deletedFileRetentionDuration`; shorter is the caller's own risk. Never negative. */
  retentionHours?: number;
  /** Files written or removed since (epoch ms) stay, whatever the retention: when the oldest writer at work began. */
  writersSince?: number;
  dryRun?: boolean;
  progress?: Progress;
  commit?: CommitOptions;
}

/** A file that nobody needs. */
interface UnusedFile {
  /** In the store. */
  path: string;
  size: number;
}

/**
 * Deletes data files that the table has no use for: those that left it before the retention, and those that no version names
 * and that were last written before it, which killed writers left (delta.md section 10). `VACUUM START` and `VACUUM END` go
 * into the log, unless there is nothing to delete. Killed midway it leaves a valid table, and the next call goes on.
 * @throws InvalidOptionError for a negative retention
 */
export async function vacuumTable(log: TableLog, options: VacuumOptions = {}): Promise<OperationReport> {
  const history = await readFileHistory(log);
  const { current } = history;
  requireWritable(current.protocol, current.metadata, current.schema, log.name, 'checked');
  const retention = retentionOf(current, options);
  const cutoff = Math.min(log.env.clock.now() - retention.used, options.writersSince ?? Infinity);
  const stored = await listDataFiles(log.store, log.path, current.metadata.partitionColumns);
  const files = await findUnused(log, history, stored, cutoff);
  const report = (gone: UnusedFile[], version: Version | null): OperationReport =>
    reportOf([], gone, {
      version,
      versionsLost: versionsLost(history, new Set(stored), new Set(gone.map(({ path }) => path))),
      paths: gone.map(({ path }) => path.slice(log.path.length + 1)),
    });
  if (options.dryRun || files.length === 0) return report(files, null);
  await commitStart(log, retention, files, options);
  const { deleted, version } = await deleteFiles(log, files, options);
  return report(deleted, version);
}

interface Retention {
  used: number;
  specified: number | undefined;
  ofTable: number;
}

function retentionOf({ metadata }: Snapshot, { retentionHours }: VacuumOptions): Retention {
  const ofTable = deletedFileRetention(metadata.configuration);
  if (retentionHours === undefined) return { used: ofTable, specified: undefined, ofTable };
  if (!(retentionHours >= 0))
    throw new InvalidOptionError('retentionHours', '0 or more hours', String(retentionHours));
  const specified = retentionHours * HOUR_MS;
  return { used: specified, specified, ofTable };
}

/** The files that are not live and of no use since the cutoff: removed, or when no removal is known last written, by then. */
async function findUnused(
  log: TableLog,
  { current, removedAt }: FileHistory,
  stored: string[],
  cutoff: number,
): Promise<UnusedFile[]> {
  const live = livePaths(log, current);
  const found = stored
    .filter((path) => !live.has(path))
    .map(async (path): Promise<UnusedFile | undefined> => {
      const since = removedAt.get(path) ?? (await log.store.modified(path));
      if (since === undefined || since > cutoff) return undefined;
      return { path, size: (await log.store.size(path)) ?? 0 };
    });
  return (await Promise.all(found)).filter((file) => file !== undefined);
}

/** Versions all of whose files are there, until those of `unused` go. */
function versionsLost(history: FileHistory, stored: Set<string>, unused: Set<string>): Version[] {
  const missing = history.lifetimes.filter(({ path }) => !stored.has(path)).map(({ path }) => path);
  const lostBefore = new Set(versionsNeeding(history, new Set(missing)));
  return versionsNeeding(history, unused).filter((version) => !lostBefore.has(version));
}

async function commitStart(
  log: TableLog,
  { specified, ofTable }: Retention,
  files: UnusedFile[],
  { commit }: VacuumOptions,
): Promise<void> {
  const parameters = {
    retentionCheckEnabled: String(specified === undefined || specified >= ofTable),
    ...(specified === undefined ? {} : { specifiedRetentionMillis: String(specified) }),
    defaultRetentionMillis: String(ofTable),
  };
  const metrics = { numFilesToDelete: String(files.length), sizeOfDataToDelete: String(sumSizes(files)) };
  try {
    await commitEntry(log, 'VACUUM START', commit, { parameters, metrics });
  } catch (cause) {
    // A vacuum is what makes room again; its end still goes into the log.
    if (!(cause instanceof StorageFullError)) throw cause;
  }
}

async function deleteFiles(
  log: TableLog,
  files: UnusedFile[],
  { progress, commit }: VacuumOptions,
): Promise<{ deleted: UnusedFile[]; version: Version }> {
  const deleted: UnusedFile[] = [];
  progress?.expect(sumSizes(files));
  try {
    for (let start = 0; start < files.length; start += BATCH_FILES) {
      // A RESTORE that came meanwhile may have brought a file back.
      const live = livePaths(log, await log.snapshot());
      const batch = files.slice(start, start + BATCH_FILES).filter(({ path }) => !live.has(path));
      await Promise.all(batch.map(({ path }) => log.store.remove(path)));
      deleted.push(...batch);
      progress?.advance(sumSizes(batch));
    }
  } catch (cause) {
    await commitEnd(log, 'FAILED', deleted, commit);
    throw cause;
  }
  return { deleted, version: await commitEnd(log, 'COMPLETED', deleted, commit) };
}

function commitEnd(
  log: TableLog,
  status: 'COMPLETED' | 'FAILED',
  deleted: UnusedFile[],
  options?: CommitOptions,
): Promise<Version> {
  const folders = new Set(deleted.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  const metrics = { numDeletedFiles: String(deleted.length), numVacuumedDirectories: String(folders.size) };
  return commitEntry(log, 'VACUUM END', options, { parameters: { status }, metrics });
}

/** A commit that says what is done and does nothing to the table. */
async function commitEntry(
  log: TableLog,
  operation: string,
  options: CommitOptions = {},
  { parameters, metrics }: { parameters: Record<string, string>; metrics: Record<string, string> },
): Promise<Version> {
  const { version } = await log.commit({
    readVersion: (await log.snapshot()).version,
    actions: [],
    reads: 'nothing',
    defaults: { operation, operationParameters: parameters },
    options,
    metrics,
  });
  return version;
}

function livePaths(log: TableLog, { files }: Snapshot): Set<string> {
  return new Set(files.map(({ path }) => dataFilePath(log.path, path)));
}
