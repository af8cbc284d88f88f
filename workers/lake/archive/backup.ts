import { DataFileError, FileNotFoundError } from '../errors.ts';
import type { Lake } from '../lake.ts';
import { LANDING_ROOT } from '../path.ts';
import type { AddFile, FileStore } from '../types.ts';
import { viewPath } from '../views.ts';
import { readStream } from './archived-file.ts';
import { listFolder } from './folder-listing.ts';
import {
  type BackupManifest,
  type LabManifest,
  MANIFEST,
  createManifest,
  serializeManifest,
} from './manifest.ts';
import type { Progress } from './progress.ts';
import { listTableFiles } from './table-files.ts';
import { verifyFile } from './verify-file.ts';
import { type ZipEntry, writeZip } from './zip-writer.ts';

/** Where backups lie until they are downloaded. */
export const BACKUP_FOLDER = 'backups';

interface BackupFile {
  path: string;
  size: number;
  modifiedAt: number;
  /** Of a live data file, which is verified on its way. */
  add?: AddFile;
  /** True for what only former versions need: a vacuum may take it away meanwhile. */
  mayVanish?: boolean;
}

interface LabPlan {
  manifest: LabManifest;
  files: BackupFile[];
}

/**
 * Writes a zip of the labs into the store, as `backups/<name>`, and answers it: paths are those of the store, the manifest comes
 * first. Each table is as of its version when the backup began, with its history and the files of former versions that still exist.
 * A backup made before goes.
 * @throws DataFileError for a live file that is missing or damaged: a backup with it could not be restored
 */
export async function writeBackup(
  lake: Lake,
  labs: string[],
  name: string,
  progress: Progress,
): Promise<Blob> {
  const { store } = lake;
  await store.removeFolder(BACKUP_FOLDER);
  const plans: LabPlan[] = [];
  for (const lab of labs) plans.push(await planLab(lake, lab));
  const files = plans.flatMap((plan) => plan.files);
  progress.expect(files.reduce((sum, { size }) => sum + size, 0));
  const manifest = createManifest(
    lake.env.clock.now(),
    plans.map((plan) => plan.manifest),
  );
  const zip = writeZip(listEntries(store, manifest, files, progress));
  const path = `${BACKUP_FOLDER}/${name}`;
  await store.publishStream(path, readStream(zip));
  const blob = await store.blob(path);
  // In memory the blob is a copy, and one is enough.
  if (store.kind === 'memory') await store.remove(path);
  return blob;
}

async function* listEntries(
  store: FileStore,
  manifest: BackupManifest,
  files: BackupFile[],
  { advance }: Progress,
): AsyncGenerator<ZipEntry> {
  const lastModified = new Date(manifest.createdAt);
  yield { name: MANIFEST, content: serializeManifest(manifest), lastModified };
  for (const file of files) {
    advance(0, file.path);
    const content = await readContent(store, file);
    if (content) yield { name: file.path, content, lastModified: new Date(file.modifiedAt) };
    advance(file.size, file.path);
  }
}

async function readContent(
  store: FileStore,
  { path, add, mayVanish }: BackupFile,
): Promise<Blob | Uint8Array | undefined> {
  try {
    if (!add) return await store.blob(path);
    const bytes = await store.read(path);
    await verifyFile(path, bytes, add);
    return bytes;
  } catch (cause) {
    if (!(cause instanceof FileNotFoundError)) throw cause;
    if (mayVanish) return undefined;
    throw new DataFileError(path, 'file', 'a file that was there when the backup began', 'none', { cause });
  }
}

async function planLab(lake: Lake, lab: string): Promise<LabPlan> {
  const files: BackupFile[] = [];
  const tables: LabManifest['tables'] = [];
  for (const ref of await lake.tables(lab)) {
    const { snapshot, data, log } = await listTableFiles(lake.table(ref).log, { formerVersions: true });
    for (const { path, modifiedAt, add, isLive } of data)
      files.push({ path, modifiedAt, size: add.size, ...(isLive ? { add } : { mayVanish: true }) });
    for (const { path, modifiedAt } of log)
      files.push({ path, modifiedAt, size: (await lake.store.size(path)) ?? 0 });
    const { version, sizeInBytes: bytes } = snapshot;
    tables.push({ name: `${ref.schema}.${ref.name}`, version, files: snapshot.files.length, bytes });
  }
  const views = await lake.views(lab);
  for (const { ref, publishedAt } of views)
    files.push({
      path: viewPath(ref),
      modifiedAt: publishedAt,
      size: (await lake.store.size(viewPath(ref))) ?? 0,
    });
  const landed = await listFolder(lake.store, `${LANDING_ROOT}/${lab}`);
  const landing = { files: landed.length, bytes: landed.reduce((sum, { size }) => sum + size, 0) };
  const viewNames = views.map(({ ref }) => `${ref.schema}.${ref.name}`);
  return { manifest: { lab, tables, views: viewNames, landing }, files: [...files, ...landed] };
}
