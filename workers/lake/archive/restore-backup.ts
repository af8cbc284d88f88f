import { deleteEntries } from '../log/delete-entries.ts';
import type { Lake } from '../lake.ts';
import { LAKE_ROOT, LANDING_ROOT } from '../path.ts';
import type { FileStore } from '../types.ts';
import { type ArchivedFile, equalBytes } from './archived-file.ts';
import type { CheckedBackup } from './check-backup.ts';
import { BackupError } from './errors.ts';
import { listPaths } from './folder-listing.ts';
import { closeRestore, openRestore } from './restore-marker.ts';
import type { Progress } from './progress.ts';

/**
 * Replaces labs by those of a checked backup. First come the files that are in nobody's way, which a cancelled or failed restore
 * takes back; then, under a marker that tells of a crash, logs and views are exchanged and what the backup does not have is removed.
 * Needs room for the labs as they are and as they will be.
 */
export async function restoreBackup(
  lake: Lake,
  { files }: CheckedBackup,
  labs: string[],
  progress: Progress,
): Promise<void> {
  const wanted = [...files.values()].filter(({ path }) => labs.includes(path.split('/')[1] ?? ''));
  progress.expect(wanted.reduce((sum, { size }) => sum + size, 0));
  const inTheWay = await copyFreeFiles(lake.store, wanted, progress);
  await openRestore(lake.store, labs, lake.env.clock.now());
  for (const lab of labs) await exchangeLab(lake, lab, wanted, inTheWay);
  await closeRestore(lake.store, labs);
}

/** Copies what no table of the lake reads yet. Answers the files that must wait. */
async function copyFreeFiles(
  store: FileStore,
  files: ArchivedFile[],
  { advance }: Progress,
): Promise<ArchivedFile[]> {
  const waiting: ArchivedFile[] = [];
  const copied: string[] = [];
  try {
    for (const file of files) {
      advance(0, file.path);
      const exists = (await store.size(file.path)) !== undefined;
      if (isPointer(file.path) || (exists && !(await holdsSame(store, file)))) waiting.push(file);
      else if (!exists) {
        copied.push(file.path);
        await copyFile(store, file);
      }
      advance(file.size, file.path);
    }
  } catch (cause) {
    for (const path of copied) await store.remove(path);
    throw cause;
  }
  return waiting;
}

/** Files that make others count: log entries, views, and the list of imported files. */
function isPointer(path: string): boolean {
  const [name = '', folder = ''] = path.split('/').reverse();
  return folder === '_delta_log' || folder === '_sidecars' || name.startsWith('_');
}

async function holdsSame(store: FileStore, file: ArchivedFile): Promise<boolean> {
  const there = await store.blob(file.path);
  if (there.size !== file.size) return false;
  let offset = 0;
  for await (const chunk of file.chunks()) {
    const part = there.slice(offset, offset + chunk.byteLength);
    if (!equalBytes(chunk, new Uint8Array(await part.arrayBuffer()))) return false;
    offset += chunk.byteLength;
  }
  return true;
}

async function copyFile(store: FileStore, file: ArchivedFile): Promise<void> {
  const written = await store.publishStream(file.path, file.chunks());
  if (written !== file.size)
    throw new BackupError(file.path, `expected ${file.size} bytes, found ${written}`);
}

async function exchangeLab(
  lake: Lake,
  lab: string,
  files: ArchivedFile[],
  inTheWay: ArchivedFile[],
): Promise<void> {
  const { store } = lake;
  const own = (file: ArchivedFile): boolean => file.path.split('/')[1] === lab;
  for (const ref of await lake.places(lab)) {
    await deleteEntries(store, `${LAKE_ROOT}/${lab}/${ref.schema}/${ref.name}`);
    await lake.forget(ref);
  }
  // In the order of the zip: data before the log, the log from its beginning.
  for (const file of inTheWay.filter(own)) await copyFile(store, file);
  const kept = new Set(files.map(({ path }) => path));
  for (const folder of [`${LAKE_ROOT}/${lab}`, `${LANDING_ROOT}/${lab}`]) {
    for (const path of await listPaths(store, folder)) if (!kept.has(path)) await store.remove(path);
  }
  for (const ref of await lake.places(lab)) {
    await lake.forget(ref);
    const folder = `${LAKE_ROOT}/${lab}/${ref.schema}/${ref.name}`;
    if ((await listPaths(store, folder)).length === 0) await store.removeFolder(folder);
  }
}
