import type { FileStore } from '../types.ts';

export interface StoredFile {
  path: string;
  size: number;
  /** Epoch ms. */
  modifiedAt: number;
}

/** All files below a folder with their sizes, by path. */
export async function listFolder(store: FileStore, folder: string): Promise<StoredFile[]> {
  const entries = await store.list(folder);
  const found = entries.map(async ({ name, kind }): Promise<StoredFile[]> => {
    const path = `${folder}/${name}`;
    if (kind === 'directory') return listFolder(store, path);
    const size = (await store.size(path)) ?? 0;
    return [{ path, size, modifiedAt: (await store.modified(path)) ?? 0 }];
  });
  return (await Promise.all(found)).flat();
}
