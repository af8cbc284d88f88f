import type { FileStore } from '../types.ts';

export interface StoredFile {
  path: string;
  size: number;
  /** Epoch ms. */
  modifiedAt: number;
}

/** Names of the folders in a folder, sorted. */
export async function listFolders(store: FileStore, folder: string): Promise<string[]> {
  return (await store.list(folder)).flatMap(({ name, kind }) => (kind === 'directory' ? [name] : []));
}

/** Paths of all files below a folder; costs one listing per folder. */
export async function listPaths(store: FileStore, folder: string): Promise<string[]> {
  const entries = await store.list(folder);
  const paths = entries.map(({ name, kind }) =>
    kind === 'directory' ? listPaths(store, `${folder}/${name}`) : [`${folder}/${name}`],
  );
  return (await Promise.all(paths)).flat();
}

/** All files below a folder with sizes and times; costs two questions per file. */
export async function listFolder(store: FileStore, folder: string): Promise<StoredFile[]> {
  const found = (await listPaths(store, folder)).map(async (path) => ({
    path,
    size: (await store.size(path)) ?? 0,
    modifiedAt: (await store.modified(path)) ?? 0,
  }));
  return Promise.all(found);
}
