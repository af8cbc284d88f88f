import type { FileStore } from '../types.ts';

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

function isHidden(name: string): boolean {
  return name.startsWith('_') || name.startsWith('.');
}
