import { openAsBlob } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileNotFoundError } from '../../workers/lake/errors.ts';
import { isTemporary, splitPath } from '../../workers/lake/path.ts';
import type { FileEntry, FileStore } from '../../workers/lake/types.ts';

/** A `FileStore` in a real folder, for tests that show our files to other engines. One process at a time. */
export class FolderStore implements FileStore {
  readonly kind = 'memory';
  #lastPut: Promise<unknown> = Promise.resolve();

  constructor(readonly root: string) {}

  async read(path: string): Promise<Uint8Array> {
    try {
      return new Uint8Array(await readFile(this.#at(path)));
    } catch (cause) {
      if (isMissing(cause)) throw new FileNotFoundError(path, { cause });
      throw cause;
    }
  }

  async size(path: string): Promise<number | undefined> {
    try {
      return (await stat(this.#at(path))).size;
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cause;
    }
  }

  async modified(path: string): Promise<number | undefined> {
    try {
      return (await stat(this.#at(path))).mtimeMs;
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cause;
    }
  }

  async list(folder: string): Promise<FileEntry[]> {
    try {
      const entries = await readdir(this.#at(folder), { withFileTypes: true });
      const shown = entries.filter(({ name }) => !isTemporary(name));
      const made = shown.map((entry): FileEntry => ({
        name: entry.name,
        kind: entry.isDirectory() ? 'directory' : 'file',
      }));
      return made.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw cause;
    }
  }

  async publish(path: string, bytes: Uint8Array): Promise<void> {
    await this.#publishChunks(path, [bytes]);
  }

  async publishStream(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#publishChunks(path, chunks);
  }

  async blob(path: string): Promise<Blob> {
    if ((await this.size(path)) === undefined) throw new FileNotFoundError(path);
    return openAsBlob(this.#at(path));
  }

  putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean> {
    const put = async (): Promise<boolean> => {
      if (await this.size(path)) return false;
      await this.publish(path, bytes);
      return true;
    };
    // One after the other: between the look and the writing another could come.
    const done = this.#lastPut.then(put, put);
    this.#lastPut = done;
    return done;
  }

  async remove(path: string): Promise<void> {
    await rm(this.#at(path), { force: true });
  }

  async removeFolder(folder: string): Promise<void> {
    await rm(this.#at(folder), { recursive: true, force: true });
  }

  async #publishChunks(
    path: string,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<number> {
    const target = this.#at(path);
    await mkdir(dirname(target), { recursive: true });
    const temporary = join(dirname(target), `.tmp-${crypto.randomUUID()}`);
    const file = await open(temporary, 'wx');
    let written = 0;
    try {
      for await (const chunk of chunks) written += (await file.write(chunk)).bytesWritten;
      await file.sync();
    } catch (cause) {
      await rm(temporary);
      throw cause;
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    return written;
  }

  #at(path: string): string {
    return join(this.root, ...splitPath(path));
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
