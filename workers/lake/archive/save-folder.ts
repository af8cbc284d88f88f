import { lastCheckpointPath } from '../log/last-checkpoint.ts';
import { logFolder } from '../log/log.ts';
import type { Lake } from '../lake.ts';
import { LAKE_ROOT } from '../path.ts';
import type { FileStore } from '../types.ts';
import { equalBytes } from './archived-file.ts';
import { DiskFolder } from './disk-folder.ts';
import type { Progress } from './progress.ts';
import { README, writeReadme } from './readme.ts';
import { type TableFiles, listTableFiles } from './table-files.ts';

/** What was written; files that were there already are not counted. */
export interface SavedFiles {
  files: number;
  bytes: number;
}

/**
 * Copies the tables of labs into a folder of the user's disk as `<lab>/<schema>/<table>/`, each a Delta table that other engines
 * open: data first, then the log in order. What an earlier save has written is kept; its tables are readable at any moment.
 * @throws FolderWriteError; DataFileError when a live file is missing
 */
export async function saveToFolder(
  lake: Lake,
  labs: string[],
  root: FileSystemDirectoryHandle,
  progress: Progress,
): Promise<SavedFiles> {
  const folder = new DiskFolder(root);
  const tables: TableFiles[] = [];
  for (const lab of labs) {
    for (const ref of await lake.tables(lab))
      tables.push(await listTableFiles(lake.table(ref).log, { formerVersions: true }));
  }
  const sizes = tables.flatMap(({ data }) => data.map(({ add }) => add.size));
  progress.expect(sizes.reduce((sum, size) => sum + size, 0));
  const saved: SavedFiles = { files: 0, bytes: 0 };
  for (const table of tables) await saveTable(lake.store, folder, table, saved, progress);
  await folder.write(README, writeReadme(tables.map(({ snapshot }) => snapshot)), progress.signal);
  return saved;
}

async function saveTable(
  store: FileStore,
  folder: DiskFolder,
  { snapshot, data, log }: TableFiles,
  saved: SavedFiles,
  { advance, signal }: Progress,
): Promise<void> {
  const copy = async (path: string): Promise<void> => {
    const content = await store.blob(path);
    await folder.write(onDisk(path), content, signal);
    saved.files += 1;
    saved.bytes += content.size;
  };
  for (const { path, add } of data) {
    advance(0, onDisk(path));
    // Data files have unique names, so that one of the same size is the same file.
    if ((await folder.find(onDisk(path)))?.size !== add.size) await copy(path);
    advance(add.size, onDisk(path));
  }
  const { schema, name, lab } = snapshot.ref;
  const same = await countSame(store, folder, log);
  await removeOthers(folder, `${LAKE_ROOT}/${lab}/${schema}/${name}`, log.slice(0, same));
  for (const { path } of log.slice(same)) await copy(path);
}

/** How many files of the log, from its beginning, are in the folder with the same content. */
async function countSame(store: FileStore, folder: DiskFolder, log: TableFiles['log']): Promise<number> {
  for (const [index, { path }] of log.entries()) {
    const there = await folder.find(onDisk(path));
    if (!there || !(await holdsSame(there, await store.blob(path)))) return index;
  }
  return log.length;
}

async function holdsSame(a: Blob, b: Blob): Promise<boolean> {
  if (a.size !== b.size) return false;
  const [left, right] = await Promise.all([a.arrayBuffer(), b.arrayBuffer()]);
  return equalBytes(new Uint8Array(left), new Uint8Array(right));
}

/** The log of a table that was made anew, or restored, differs from some version on: what is there of it goes, newest first. */
async function removeOthers(folder: DiskFolder, table: string, kept: TableFiles['log']): Promise<void> {
  const names = new Set(kept.map(({ path }) => onDisk(path)));
  await folder.remove(onDisk(lastCheckpointPath(table)));
  const there = (await folder.list(onDisk(logFolder(table)))).sort().reverse();
  for (const name of there) {
    const path = `${onDisk(logFolder(table))}/${name}`;
    if (!names.has(path)) await folder.remove(path);
  }
}

function onDisk(path: string): string {
  return path.slice(LAKE_ROOT.length + 1);
}
