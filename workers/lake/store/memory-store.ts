import { FileNotFoundError } from '../errors.ts';
import { isTemporary, splitPath } from '../path.ts';
import type { Clock, FileEntry, FileStore } from '../types.ts';

/** A `FileStore` that is lost with its thread: for tests, and for browsers without OPFS. Bytes are copied in and out. */
export class MemoryStore implements FileStore {
  readonly kind = 'memory';
  readonly #files = new Map<string, Uint8Array>();
  readonly #modified = new Map<string, number>();

  constructor(readonly clock: Clock = Date) {}

  async read(path: string): Promise<Uint8Array> {
    splitPath(path);
    const bytes = this.#files.get(path);
    if (bytes === undefined) throw new FileNotFoundError(path);
    return bytes.slice();
  }

  async size(path: string): Promise<number | undefined> {
    splitPath(path);
    return this.#files.get(path)?.byteLength;
  }

  async modified(path: string): Promise<number | undefined> {
    splitPath(path);
    return this.#files.has(path) ? this.#modified.get(path) : undefined;
  }

  async list(folder: string): Promise<FileEntry[]> {
    splitPath(folder);
    const prefix = `${folder}/`;
    const entries = new Map<string, FileEntry>();
    for (const path of this.#files.keys()) {
      if (!path.startsWith(prefix)) continue;
      const [name = '', ...rest] = path.slice(prefix.length).split('/');
      if (!isTemporary(name)) entries.set(name, { name, kind: rest.length > 0 ? 'directory' : 'file' });
    }
    return sortEntries([...entries.values()]);
  }

  async publish(path: string, bytes: Uint8Array): Promise<void> {
    splitPath(path);
    this.#put(path, bytes.slice());
  }

  async publishStream(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    splitPath(path);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of chunks) parts.push(chunk.slice());
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    this.#put(path, bytes);
    return bytes.byteLength;
  }

  async blob(path: string): Promise<Blob> {
    return new Blob([(await this.read(path)) as Uint8Array<ArrayBuffer>]);
  }

  async putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean> {
    splitPath(path);
    // An empty file is what a writer killed between creating and writing leaves: it counts as absent.
    if ((this.#files.get(path)?.byteLength ?? 0) > 0) return false;
    this.#put(path, bytes.slice());
    return true;
  }

  async remove(path: string): Promise<void> {
    splitPath(path);
    this.#files.delete(path);
  }

  async removeFolder(folder: string): Promise<void> {
    splitPath(folder);
    const prefix = `${folder}/`;
    for (const path of [...this.#files.keys()]) {
      if (path.startsWith(prefix)) this.#files.delete(path);
    }
  }

  #put(path: string, bytes: Uint8Array): void {
    this.#files.set(path, bytes);
    this.#modified.set(path, this.clock.now());
  }
}

/** By name, in code unit order, the same in every store. */
export function sortEntries(entries: FileEntry[]): FileEntry[] {
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
