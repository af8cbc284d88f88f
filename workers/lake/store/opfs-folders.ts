type FolderWork<T> = (directory: FileSystemDirectoryHandle) => Promise<T>;

/** Directory handles by path, kept, because each step of a walk costs a message to the browser process. */
export class OpfsFolders {
  readonly #handles = new Map<string, FileSystemDirectoryHandle>();
  readonly #root: FileSystemDirectoryHandle;

  constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  /** The folder's handle, or undefined when it does not exist. */
  async find(folder: string): Promise<FileSystemDirectoryHandle | undefined> {
    try {
      return await this.#walk(folder, false);
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'NotFoundError') return undefined;
      throw cause;
    }
  }

  /** Runs `work` in a folder that exists. A kept handle may be stale, so that a miss is tried once more from the root. */
  visit<T>(folder: string, work: FolderWork<T>): Promise<T> {
    return this.#attempt(folder, false, work);
  }

  /** Runs `work` in the folder, made when missing. */
  make<T>(folder: string, work: FolderWork<T>): Promise<T> {
    return this.#attempt(folder, true, work);
  }

  /** Drops the handles of a folder that goes, and of all below it. */
  forget(folder: string): void {
    for (const path of [...this.#handles.keys()]) {
      if (path === folder || path.startsWith(`${folder}/`)) this.#handles.delete(path);
    }
  }

  async #attempt<T>(folder: string, create: boolean, work: FolderWork<T>): Promise<T> {
    const kept = this.#handles.has(folder);
    try {
      return await work(await this.#walk(folder, create));
    } catch (cause) {
      if (!kept || !(cause instanceof DOMException) || cause.name !== 'NotFoundError') throw cause;
      this.#handles.clear();
      return work(await this.#walk(folder, create));
    }
  }

  async #walk(folder: string, create: boolean): Promise<FileSystemDirectoryHandle> {
    const kept = this.#handles.get(folder);
    if (kept) return kept;
    if (folder === '') return this.#root;
    const cut = folder.lastIndexOf('/');
    const parent = await this.#walk(folder.slice(0, Math.max(cut, 0)), create);
    const handle = await parent.getDirectoryHandle(folder.slice(cut + 1), { create });
    this.#handles.set(folder, handle);
    return handle;
  }
}
