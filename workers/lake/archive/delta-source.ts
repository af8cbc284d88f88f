import { DataFileError, InvalidPathError, LogError } from '../errors.ts';
import { dataFilePath, splitPath, tablePath } from '../path.ts';
import { DeltaTable } from '../table.ts';
import type { LakeEnv, TableRef } from '../types.ts';
import { ArchiveStore } from './archive-store.ts';
import { type ArchivedFile, archivedFilesOf } from './archived-file.ts';
import { ArchiveError, DeltaSourceError, faultOf } from './errors.ts';
import { type TableFiles, listTableFiles } from './table-files.ts';
import { readZip } from './zip-reader.ts';

/** A zip, or the files of a folder with their relative paths. */
export type DeltaSource = File | { path: string; file: File }[];

/** A Delta table found in a source, read as a table of the lake. */
export interface FoundTable {
  /** Its folder or the zip, made fit for a table name. */
  suggestedName: string;
  store: ArchiveStore;
  table: DeltaTable;
  files: TableFiles;
}

const LOG_FILE = /^(?:(.*)\/)?_delta_log\/\d{20}\.(?:json|checkpoint\..*parquet)$/;

/**
 * Finds the one Delta table of a source, at its top or in a folder of it, and reads its log as that of the table `refOf` answers.
 * @throws DeltaSourceError for none or several, for files outside of the folder, and for a log or file that is broken or missing
 * @throws UnsupportedFeatureError naming what the lake cannot read
 */
export async function openDeltaSource(
  source: DeltaSource,
  refOf: (suggestedName: string) => TableRef,
  env: LakeEnv,
): Promise<FoundTable> {
  const files = await listSource(source);
  const folder = findFolder(files, nameOf(source));
  const suggestedName = suggestName(folder, source);
  const ref = refOf(suggestedName);
  const prefix = folder === '' ? '' : `${folder}/`;
  const inside = files.filter(({ path }) => path.startsWith(prefix));
  const store = new ArchiveStore(
    new Map(inside.map((file) => [`${tablePath(ref)}/${file.path.slice(prefix.length)}`, file])),
  );
  // Without the mirror of tips: it knows of the lake's tables, not of this one.
  const table = new DeltaTable(store, ref, { clock: env.clock, newId: env.newId });
  return { suggestedName, store, table, files: await readTable(table, folder || nameOf(source)) };
}

async function listSource(source: DeltaSource): Promise<ArchivedFile[]> {
  const files = source instanceof Blob ? await readZip(source) : archivedFilesOf(source);
  return files.filter(({ path }) => !path.startsWith('__MACOSX/'));
}

function findFolder(files: ArchivedFile[], source: string): string {
  const folders = new Set<string>();
  for (const { path } of files) {
    const match = LOG_FILE.exec(path);
    if (match) folders.add(match[1] ?? '');
  }
  const [folder, ...others] = [...folders].sort();
  if (folder === undefined) {
    const what =
      'it holds no Delta table: expected a folder _delta_log with files such as 00000000000000000000.json';
    throw new DeltaSourceError(source, what);
  }
  if (others.length > 0) {
    const names = [folder, ...others].map((name) => name || 'the top').join(', ');
    throw new DeltaSourceError(
      source,
      `it holds ${others.length + 1} Delta tables (${names}): choose the folder of one`,
    );
  }
  return folder;
}

async function readTable(table: DeltaTable, where: string): Promise<TableFiles> {
  try {
    await requireOwnFiles(table, where);
    const files = await listTableFiles(table.log, { formerVersions: true });
    await requireSizes(table, files);
    return files;
  } catch (cause) {
    const broken = [LogError, ArchiveError, InvalidPathError, DataFileError];
    if (!broken.some((kind) => cause instanceof kind) || !(cause instanceof Error)) throw cause;
    throw new DeltaSourceError(where, faultOf(cause, table.path), { cause });
  }
}

/** A table may name files elsewhere, as a shallow clone does; then it is not whole in its folder. */
async function requireOwnFiles(table: DeltaTable, where: string): Promise<void> {
  const { files } = await table.snapshot().catch((cause: unknown) => {
    if (cause instanceof InvalidPathError) throw outside(where, cause.path, cause);
    throw cause;
  });
  for (const { path } of files) {
    try {
      splitPath(dataFilePath(table.path, path));
    } catch (cause) {
      throw outside(where, path, cause);
    }
  }
}

function outside(where: string, path: string, cause: unknown): DeltaSourceError {
  const what = `its log names the file ${path}, which lies outside of the table's folder; copy the table (CREATE TABLE ... AS SELECT, or DEEP CLONE) and bring the copy`;
  return new DeltaSourceError(where, what, { cause });
}

async function requireSizes({ store }: DeltaTable, { data }: TableFiles): Promise<void> {
  for (const { path, add, isLive } of data) {
    const size = await store.size(path);
    if (isLive && size !== add.size) throw new DataFileError(path, 'size', `${add.size} bytes`, `${size}`);
  }
}

function nameOf(source: DeltaSource): string {
  if (source instanceof Blob) return source.name;
  const tops = new Set(source.map(({ path }) => (path.includes('/') ? path.split('/')[0] : '')));
  return (tops.size === 1 && [...tops][0]) || 'the folder';
}

/** What to call the table: its folder, or the zip. */
function suggestName(folder: string, source: DeltaSource): string {
  const last = folder.split('/').at(-1) || nameOf(source).replace(/\.zip$/i, '');
  const cleaned = last.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  const name = cleaned.replace(/[^a-z0-9_]+/g, '_').replace(/^_+|_+$/g, '');
  return /^[a-z]/.test(name) ? name : `table_${name}`.replace(/_$/, '');
}
