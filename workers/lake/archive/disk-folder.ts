import { FolderWriteError } from './errors.ts';

/** A folder of the user's disk (File System Access API), by paths. Files appear whole: the browser writes them beside and swaps. */
export class DiskFolder {
  constructor(readonly root: FileSystemDirectoryHandle) {}

  /** The file, or undefined. */
  async find(path: string): Promise<File | undefined> {
    try {
      const { folder, name } = await this.#locate(path, false);
      return await (await folder.getFileHandle(name)).getFile();
    } catch (cause) {
      if (isNotFound(cause)) return undefined;
      throw new FolderWriteError(path, reason(cause), { cause });
    }
  }

  /** Names of the files in a folder; none when it does not exist. */
  async list(path: string): Promise<string[]> {
    const names: string[] = [];
    try {
      const { folder, name } = await this.#locate(path, false);
      for await (const [found, { kind }] of (await folder.getDirectoryHandle(name)).entries())
        if (kind === 'file') names.push(found);
    } catch (cause) {
      if (!isNotFound(cause)) throw new FolderWriteError(path, reason(cause), { cause });
    }
    return names;
  }

  /** Writes a file whole or not at all. @throws FolderWriteError */
  async write(path: string, content: Blob, signal: AbortSignal): Promise<void> {
    try {
      const { folder, name } = await this.#locate(path, true);
      const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await content.stream().pipeTo(writable, { signal });
    } catch (cause) {
      // The name is made before the content: without it an empty file would stay.
      if ((await this.find(path).catch(() => undefined))?.size === 0) await this.remove(path);
      signal.throwIfAborted();
      throw new FolderWriteError(path, reason(cause), { cause });
    }
  }

  /** Nothing happens when the file is not there. */
  async remove(path: string): Promise<void> {
    try {
      const { folder, name } = await this.#locate(path, false);
      await folder.removeEntry(name);
    } catch (cause) {
      if (!isNotFound(cause)) throw new FolderWriteError(path, reason(cause), { cause });
    }
  }

  async #locate(path: string, create: boolean): Promise<{ folder: FileSystemDirectoryHandle; name: string }> {
    const names = path.split('/');
    const name = names.pop() ?? '';
    let folder = this.root;
    for (const step of names) folder = await folder.getDirectoryHandle(step, { create });
    return { folder, name };
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}

function reason(cause: unknown): string {
  if (!(cause instanceof DOMException)) return String(cause);
  if (cause.name === 'NotAllowedError')
    return 'the browser was not allowed to write; choose the folder again and allow it';
  if (cause.name === 'QuotaExceededError') return 'the disk is full';
  return cause.message || cause.name;
}
