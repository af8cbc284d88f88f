import { MissingFilesError } from '../errors.ts';
import type { TableLog } from '../log/table-log.ts';
import { dataFilePath } from '../path.ts';
import type { AddFile, FileStore, Version } from '../types.ts';

/**
 * Paths in the store of all files in a table's folder that may be data files: names that start with `_` or `.` are not, except the
 * folders of change data and of partition columns whose name starts so (PROTOCOL "Data Files").
 */
export async function listDataFiles(
  store: FileStore,
  folder: string,
  partitionColumns: string[],
): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, kind } of await store.list(folder)) {
    const path = `${folder}/${name}`;
    if (kind === 'file' && !isHidden(name)) paths.push(path);
    const isOpen =
      !isHidden(name) ||
      name === '_change_data' ||
      partitionColumns.some((column) => name.startsWith(`${column}=`));
    if (kind === 'directory' && isOpen) paths.push(...(await listDataFiles(store, path, partitionColumns)));
  }
  return paths;
}

/** Looks that files of a version are there, in the size that the log tells. @throws MissingFilesError naming those that are not */
export async function requireFiles(log: TableLog, version: Version, files: AddFile[]): Promise<void> {
  const sizes = await Promise.all(files.map(({ path }) => log.store.size(dataFilePath(log.path, path))));
  const missing = files.filter(({ size }, index) => sizes[index] !== size);
  if (missing.length === 0) return;
  throw new MissingFilesError(
    log.name,
    version,
    missing.map(({ path }) => path),
  );
}

function isHidden(name: string): boolean {
  return name.startsWith('_') || name.startsWith('.');
}
