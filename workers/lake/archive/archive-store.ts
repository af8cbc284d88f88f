import { type ArchivedFile, readArchived } from './archived-file.ts';
import { ArchiveError } from './errors.ts';
import { FileNotFoundError } from '../errors.ts';
import { sortEntries } from '../store/memory-store.ts';
import type { FileEntry, FileStore } from '../types.ts';

/** The files of an archive as a store that can only be read, so that the lake's own log reader reads them. */
export class ArchiveStore implements FileStore {
  readonly kind = 'memory';
  readonly #folders = new Map<string, Map<string, FileEntry>>();

  /** @param files by their path in the store */
  constructor(readonly files: ReadonlyMap<string, ArchivedFile>) {
    for (const path of files.keys()) this.#enter(path, 'file');
  }

  /** @throws FileNotFoundError, ArchiveError when it is damaged */
  read(path: string): Promise<Uint8Array> {
    return this.#find(path).then(readArchived);
  }

  async size(path: string): Promise<number | undefined> {
    return this.files.get(path)?.size;
  }

  async modified(path: string): Promise<number | undefined> {
    return this.files.get(path)?.modifiedAt;
  }

  async list(folder: string): Promise<FileEntry[]> {
    return sortEntries([...(this.#folders.get(folder)?.values() ?? [])]);
  }

  async blob(path: string): Promise<Blob> {
    return new Blob([(await this.read(path)) as Uint8Array<ArrayBuffer>]);
  }

  publish(path: string): Promise<void> {
    return refuse(path);
  }

  publishStream(path: string): Promise<number> {
    return refuse(path);
  }

  putIfAbsent(path: string): Promise<boolean> {
    return refuse(path);
  }

  remove(path: string): Promise<void> {
    return refuse(path);
  }

  removeFolder(folder: string): Promise<void> {
    return refuse(folder);
  }

  async #find(path: string): Promise<ArchivedFile> {
    const file = this.files.get(path);
    if (!file) throw new FileNotFoundError(path);
    return file;
  }

  #enter(path: string, kind: FileEntry['kind']): void {
    const cut = path.lastIndexOf('/');
    if (cut < 0) return;
    const folder = path.slice(0, cut);
    const name = path.slice(cut + 1);
    const entries = this.#folders.get(folder);
    if (entries) {
      entries.set(name, { name, kind });
      return;
    }
    this.#folders.set(folder, new Map([[name, { name, kind }]]));
    this.#enter(folder, 'directory');
  }
}

async function refuse(path: string): Promise<never> {
  throw new ArchiveError(path, 'an archive is read only');
}
