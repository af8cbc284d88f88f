import { TableExistsError } from '../errors.ts';
import { commitInfoOf } from '../log/snapshot.ts';
import { logFolder, readCommit } from '../log/log.ts';
import type { Lake } from '../lake.ts';
import { tableName } from '../path.ts';
import type { Snapshot } from '../types.ts';
import { readArchived } from './archived-file.ts';
import { checkFiles } from './check-files.ts';
import { type DeltaSource, type FoundTable, openDeltaSource } from './delta-source.ts';
import { DeltaSourceError } from './errors.ts';
import { listPaths } from './folder-listing.ts';
import type { Progress } from './progress.ts';

/**
 * Checks a Delta table of another engine and copies it into the lake: data files, then its log from its beginning, history and all.
 * A failure or a cancellation leaves nothing.
 * @throws TableExistsError, DeltaSourceError, UnsupportedFeatureError
 */
export async function importTable(
  lake: Lake,
  source: DeltaSource,
  ref: Snapshot['ref'],
  progress: Progress,
): Promise<Snapshot> {
  const found = await openDeltaSource(source, () => ref, lake.env);
  await requireFree(lake, found);
  const bytes = found.files.data.reduce((sum, { add }) => sum + add.size, 0);
  progress.expect(2 * bytes);
  await checkFiles(found, progress);
  const copied: string[] = [];
  try {
    await copyFiles(lake, found, copied, progress);
  } catch (cause) {
    for (const path of copied.reverse()) await lake.store.remove(path);
    throw cause;
  }
  await lake.forget(ref);
  return lake.table(ref).snapshot();
}

/** What wrote the last commit of a found table, as the log says. */
export async function readEngineInfo({ table, files }: FoundTable): Promise<string | null> {
  const commit = await readCommit(table.store, table.path, files.snapshot.version);
  return (commit && commitInfoOf(commit.actions)?.engineInfo) ?? null;
}

async function requireFree(lake: Lake, { table }: FoundTable): Promise<void> {
  const logFiles = await lake.store.list(logFolder(table.path));
  if (logFiles.length > 0 || (await lake.view(table.ref)))
    throw new TableExistsError(tableName(table.ref), 'choose another name');
  // What a killed writer left of a table that never was could have names of the new one.
  for (const path of await listPaths(lake.store, table.path)) await lake.store.remove(path);
}

async function copyFiles(
  lake: Lake,
  { store, table, files }: FoundTable,
  copied: string[],
  progress: Progress,
): Promise<void> {
  for (const { path, add } of files.data) {
    progress.advance(0, add.path);
    const file = store.files.get(path);
    copied.push(path);
    const written = file && (await lake.store.publishStream(path, file.chunks()));
    if (written !== file?.size) throw new DeltaSourceError(add.path, 'it changed while it was copied');
    progress.advance(add.size, add.path);
  }
  for (const { path } of files.log) {
    const file = store.files.get(path);
    if (!file) continue;
    // Another tab may bring a table of that name at the same time: the first log entry decides.
    if (!(await lake.store.putIfAbsent(path, await readArchived(file))))
      throw new TableExistsError(tableName(table.ref), 'choose another name');
    copied.push(path);
  }
}
