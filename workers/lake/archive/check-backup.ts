import { InvalidPathError } from '../errors.ts';
import { LAKE_ROOT, LANDING_ROOT, dataFilePath, splitPath } from '../path.ts';
import { DeltaTable } from '../table.ts';
import type { AddFile, LakeEnv, Snapshot } from '../types.ts';
import { readView } from '../views.ts';
import { ArchiveStore } from './archive-store.ts';
import { type ArchivedFile, readArchived } from './archived-file.ts';
import { BackupError, faultOf } from './errors.ts';
import {
  type BackupManifest,
  type LabManifest,
  MANIFEST,
  type TableManifest,
  parseManifest,
} from './manifest.ts';
import type { Progress } from './progress.ts';
import { verifyFile } from './verify-file.ts';
import { readZip } from './zip-reader.ts';

/** A backup that has been read to its end and can be restored. */
export interface CheckedBackup {
  manifest: BackupManifest;
  /** By their path in the store, without the manifest. */
  files: ReadonlyMap<string, ArchivedFile>;
  /** Of each lab, in bytes. */
  sizes: ReadonlyMap<string, number>;
}

/**
 * Reads a backup to its last byte: the zip and its checksums, the manifest, each table's log as the lake reads it, and each live
 * file's size and SHA-256.
 * @throws BackupError naming the file and what is wrong with it
 */
export async function checkBackup(zip: Blob, env: LakeEnv, progress: Progress): Promise<CheckedBackup> {
  const files = new Map((await inBackup(MANIFEST, () => readZip(zip))).map((file) => [file.path, file]));
  const manifestFile = files.get(MANIFEST);
  if (!manifestFile) throw new BackupError(MANIFEST, 'it is missing: this zip is no backup of Tarn');
  const manifest = parseManifest(await inBackup(MANIFEST, () => readArchived(manifestFile)));
  files.delete(MANIFEST);
  progress.expect([...files.values()].reduce((sum, { size }) => sum + size, 0));
  requireKnownPlaces(manifest, files);
  const store = new ArchiveStore(files);
  const live = new Map<string, AddFile>();
  for (const lab of manifest.labs) {
    for (const table of lab.tables) await checkTable(store, lab, table, env, live);
    for (const view of lab.views) await checkView(store, lab.lab, view);
    checkLanding(lab, files);
  }
  for (const file of files.values()) await checkFile(file, live.get(file.path), progress);
  return { manifest, files, sizes: new Map(manifest.labs.map(({ lab }) => [lab, sizeOf(lab, files)])) };
}

/** No file may lie where the restored labs would not look for it, or outside the lake. */
function requireKnownPlaces({ labs }: BackupManifest, files: ReadonlyMap<string, ArchivedFile>): void {
  const places = new Set(
    labs.flatMap(({ lab, tables, views }) => [
      `${LANDING_ROOT}/${lab}`,
      ...[...tables.map(({ name }) => name), ...views].map((name) => folderOf(lab, name)),
    ]),
  );
  for (const path of files.keys()) {
    const names = splitNames(path);
    const place = names.slice(0, names[0] === LAKE_ROOT ? 4 : 2).join('/');
    if (!places.has(place)) throw new BackupError(path, `it belongs to nothing that ${MANIFEST} names`);
  }
}

function splitNames(path: string): string[] {
  try {
    return splitPath(path);
  } catch (cause) {
    if (!(cause instanceof InvalidPathError)) throw cause;
    throw new BackupError(path, 'its path leads out of the backup', { cause });
  }
}

async function checkTable(
  store: ArchiveStore,
  { lab }: LabManifest,
  table: TableManifest,
  env: LakeEnv,
  live: Map<string, AddFile>,
): Promise<void> {
  const folder = folderOf(lab, table.name);
  const snapshot = await inBackup(folder, () => readSnapshot(store, lab, table.name, env));
  const found = { version: snapshot.version, files: snapshot.files.length, bytes: snapshot.sizeInBytes };
  for (const key of ['version', 'files', 'bytes'] as const) {
    if (found[key] === table[key]) continue;
    throw new BackupError(`${folder}/_delta_log`, `expected ${key} ${table[key]}, found ${found[key]}`);
  }
  for (const add of snapshot.files) {
    const path = dataFilePath(folder, add.path);
    if (!store.files.has(path)) throw new BackupError(path, 'the table needs it and it is missing');
    live.set(path, add);
  }
}

function readSnapshot(store: ArchiveStore, lab: string, name: string, env: LakeEnv): Promise<Snapshot> {
  const [schema = '', table = ''] = name.split('.');
  // Without the mirror of tips: it knows of the lake's tables, not of these.
  return new DeltaTable(
    store,
    { lab, schema, name: table },
    { clock: env.clock, newId: env.newId },
  ).snapshot();
}

async function checkView(store: ArchiveStore, lab: string, name: string): Promise<void> {
  const [schema = '', view = ''] = name.split('.');
  const folder = folderOf(lab, name);
  const found = await inBackup(folder, () => readView(store, { lab, schema, name: view }));
  if (!found) throw new BackupError(`${folder}/_view.json`, 'it is missing');
}

function checkLanding({ lab, landing }: LabManifest, files: ReadonlyMap<string, ArchivedFile>): void {
  const folder = `${LANDING_ROOT}/${lab}`;
  const landed = [...files.values()].filter(({ path }) => path.startsWith(`${folder}/`));
  const bytes = landed.reduce((sum, { size }) => sum + size, 0);
  if (landed.length === landing.files && bytes === landing.bytes) return;
  const expected = `${landing.files} files of ${landing.bytes} bytes`;
  throw new BackupError(folder, `expected ${expected}, found ${landed.length} of ${bytes}`);
}

async function checkFile(file: ArchivedFile, add: AddFile | undefined, { advance }: Progress): Promise<void> {
  advance(0, file.path);
  await inBackup(file.path, async () => {
    if (add) return verifyFile(file.path, await readArchived(file), add);
    // Only for its checksum.
    for await (const _ of file.chunks());
  });
  advance(file.size, file.path);
}

async function inBackup<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof BackupError || !(cause instanceof Error)) throw cause;
    throw new BackupError(file, faultOf(cause, file), { cause });
  }
}

function sizeOf(lab: string, files: ReadonlyMap<string, ArchivedFile>): number {
  const folders = [`${LAKE_ROOT}/${lab}/`, `${LANDING_ROOT}/${lab}/`];
  const own = [...files.values()].filter(({ path }) => folders.some((folder) => path.startsWith(folder)));
  return own.reduce((sum, { size }) => sum + size, 0);
}

function folderOf(lab: string, name: string): string {
  return `${LAKE_ROOT}/${lab}/${name.replace('.', '/')}`;
}
