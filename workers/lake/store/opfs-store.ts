import { FileNotFoundError, StoreUnavailableError } from '../errors.ts';
import { sortEntries } from './memory-store.ts';
import { OpfsFolders } from './opfs-folders.ts';
import { type Chunks, readHandle, replaceFile, writeHandle } from './opfs-files.ts';
import { namingFullStorage } from './full-storage.ts';
import { isTemporary, splitFile, splitPath } from '../path.ts';
import type { FileEntry, FileStore } from '../types.ts';

/**
 * A `FileStore` in the origin private file system. Dedicated workers only: writing needs synchronous access handles.
 * A file is written under `.tmp-<uuid>`, flushed, closed, then moved to its name, so that a crash leaves the whole file or none.
 */
export class OpfsStore implements FileStore {
  readonly kind = 'opfs';
  readonly #folders: OpfsFolders;
  readonly #lockPrefix: string;
  #leave: () => void = () => undefined;

  private constructor(root: FileSystemDirectoryHandle, name: string) {
    this.#folders = new OpfsFolders(root);
    this.#lockPrefix = `delta:${name}`;
  }

  /**
   * Opens the store in a folder of the origin's file system, or at its top. The first to open it, in any thread or tab,
   * removes what killed writers left.
   * @throws StoreUnavailableError
   */
  static async open(rootFolderName?: string): Promise<OpfsStore> {
    requireOpfs();
    try {
      const top = await navigator.storage.getDirectory();
      const root = rootFolderName ? await top.getDirectoryHandle(rootFolderName, { create: true }) : top;
      const store = new OpfsStore(root, rootFolderName ?? '');
      await store.#enter();
      return store;
    } catch (cause) {
      const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      throw new StoreUnavailableError(`${reason} (a private window, or a full disk).`, { cause });
    }
  }

  /** Lets others clean up; the store is not to be used afterwards. */
  close(): void {
    this.#leave();
  }

  async read(path: string): Promise<Uint8Array> {
    const { folder, name } = splitFile(path);
    try {
      return await this.#folders.visit(folder, async (directory) =>
        readHandle(await directory.getFileHandle(name)),
      );
    } catch (cause) {
      if (isNotFound(cause)) throw new FileNotFoundError(path, { cause });
      throw cause;
    }
  }

  async size(path: string): Promise<number | undefined> {
    const { folder, name } = splitFile(path);
    const directory = await this.#folders.find(folder);
    if (!directory) return undefined;
    return sizeOf(directory, name);
  }

  async modified(path: string): Promise<number | undefined> {
    const { folder, name } = splitFile(path);
    const directory = await this.#folders.find(folder);
    return directory && (await findFile(directory, name))?.lastModified;
  }

  async list(folder: string): Promise<FileEntry[]> {
    splitPath(folder);
    const directory = await this.#folders.find(folder);
    const entries: FileEntry[] = [];
    if (!directory) return entries;
    try {
      for await (const [name, { kind }] of directory.entries()) {
        if (!isTemporary(name)) entries.push({ name, kind });
      }
    } catch (cause) {
      if (!isNotFound(cause)) throw cause;
    }
    return sortEntries(entries);
  }

  async blob(path: string): Promise<Blob> {
    const { folder, name } = splitFile(path);
    try {
      return await this.#folders.visit(folder, async (directory) =>
        (await directory.getFileHandle(name)).getFile(),
      );
    } catch (cause) {
      if (isNotFound(cause)) throw new FileNotFoundError(path, { cause });
      throw cause;
    }
  }

  async publish(path: string, bytes: Uint8Array): Promise<void> {
    await this.#publishChunks(path, [bytes]);
  }

  async publishStream(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#publishChunks(path, chunks);
  }

  async putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean> {
    const { folder, name } = splitFile(path);
    const put = async (directory: FileSystemDirectoryHandle): Promise<boolean> => {
      if (await sizeOf(directory, name)) return false;
      const temporary = await makeTemporary(directory);
      await fillTemporary(directory, temporary, [bytes]);
      return this.#locked(folder, async () => {
        // An empty file is what a killed writer leaves: it counts as absent. move() overwrites silently, so the lock is what excludes.
        if (await sizeOf(directory, name)) {
          await directory.removeEntry(temporary.name);
          return false;
        }
        await replaceFile(directory, temporary, name);
        return true;
      });
    };
    return namingFullStorage(path, () => this.#folders.make(folder, put));
  }

  async remove(path: string): Promise<void> {
    const { folder, name } = splitFile(path);
    const directory = await this.#folders.find(folder);
    if (directory) await removeEntry(directory, name, false);
  }

  async removeFolder(folder: string): Promise<void> {
    const { folder: parent, name } = splitFile(folder);
    const directory = await this.#folders.find(parent);
    this.#folders.forget(folder);
    if (directory) await removeEntry(directory, name, true);
  }

  /** Deletes what killed writers left below `folder`; call it only while nobody writes. Returns how many files went. */
  async removeTemporaries(folder?: string): Promise<number> {
    const directory = await this.#folders.find(folder ?? '');
    return directory ? removeTemporariesIn(directory) : 0;
  }

  /**
   * Breaks the commits of threads that were frozen between probe and move, and so shut everyone out of their tables. Their temporaries
   * go under the broken lock: a thread that wakes can no longer move one over a commit made since, and probes again.
   * For the only living writer, before it writes.
   */
  async breakCommits(): Promise<void> {
    const { held = [], pending = [] } = await navigator.locks.query();
    const prefix = `${this.#lockPrefix}/`;
    // One for each that waits, too: a broken lock goes to the next in its queue.
    for (const { name = '' } of [...held, ...pending]) {
      if (!name.startsWith(prefix)) continue;
      const sweep = () => this.removeTemporaries(name.slice(prefix.length));
      await navigator.locks.request(name, { steal: true }, sweep);
    }
  }

  /** Cleans when nobody else is inside, then stays inside until closed or until the thread ends. */
  async #enter(): Promise<void> {
    const name = `${this.#lockPrefix}:open`;
    await navigator.locks.request(name, { mode: 'exclusive', ifAvailable: true }, async (lock) => {
      if (lock) await this.removeTemporaries();
    });
    await new Promise<void>((entered, refused) => {
      const stay = (): Promise<void> => {
        entered();
        return new Promise((leave) => (this.#leave = leave));
      };
      navigator.locks.request(name, { mode: 'shared' }, stay).catch(refused);
    });
  }

  #publishChunks(path: string, chunks: Chunks): Promise<number> {
    const { folder, name } = splitFile(path);
    return namingFullStorage(path, async () => {
      // Only making the file may be tried again: chunks come once.
      const { directory, temporary } = await this.#folders.make(folder, async (directory) => ({
        directory,
        temporary: await makeTemporary(directory),
      }));
      const written = await fillTemporary(directory, temporary, chunks);
      const replace = (): Promise<void> => replaceFile(directory, temporary, name);
      // Only a file that may exist already needs the lock; data files have unique names and go free.
      await ((await sizeOf(directory, name)) === undefined ? replace() : this.#locked(folder, replace));
      return written;
    });
  }

  /** A lock that is broken (see `breakCommits`) does not end the work, which finds its temporary gone. */
  #locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        const done = work();
        resolve(done);
        return done;
      };
      navigator.locks.request(`${this.#lockPrefix}/${folder}`, begin).catch(reject);
    });
  }
}

function requireOpfs(): void {
  if (typeof navigator === 'undefined' || !navigator.storage?.getDirectory) {
    throw new StoreUnavailableError(
      'navigator.storage.getDirectory is missing in this browser, window or thread.',
    );
  }
  if (
    typeof FileSystemFileHandle === 'undefined' ||
    !('createSyncAccessHandle' in FileSystemFileHandle.prototype)
  ) {
    throw new StoreUnavailableError(
      'createSyncAccessHandle is missing: it exists only in dedicated workers.',
    );
  }
  if (!navigator.locks) throw new StoreUnavailableError('Web Locks are missing; use https or localhost.');
}

function makeTemporary(directory: FileSystemDirectoryHandle): Promise<FileSystemFileHandle> {
  return directory.getFileHandle(`.tmp-${crypto.randomUUID()}`, { create: true });
}

async function fillTemporary(
  directory: FileSystemDirectoryHandle,
  temporary: FileSystemFileHandle,
  chunks: Chunks,
): Promise<number> {
  try {
    return await writeHandle(temporary, chunks);
  } catch (cause) {
    await removeEntry(directory, temporary.name, false);
    throw cause;
  }
}

async function sizeOf(directory: FileSystemDirectoryHandle, name: string): Promise<number | undefined> {
  return (await findFile(directory, name))?.size;
}

async function findFile(directory: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  try {
    return await (await directory.getFileHandle(name)).getFile();
  } catch (cause) {
    if (isNotFound(cause)) return undefined;
    throw cause;
  }
}

async function removeEntry(
  directory: FileSystemDirectoryHandle,
  name: string,
  recursive: boolean,
): Promise<void> {
  try {
    await directory.removeEntry(name, { recursive });
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
  }
}

async function removeTemporariesIn(directory: FileSystemDirectoryHandle): Promise<number> {
  let removed = 0;
  for await (const [name, handle] of directory.entries()) {
    if (handle.kind === 'directory')
      removed += await removeTemporariesIn(handle as FileSystemDirectoryHandle);
    else if (isTemporary(name) && (await removeUnlessOpen(directory, name))) removed += 1;
  }
  return removed;
}

/** A file that is being written stays: who writes it has yet to probe. */
async function removeUnlessOpen(directory: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await removeEntry(directory, name, false);
    return true;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'NoModificationAllowedError') return false;
    throw cause;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}
