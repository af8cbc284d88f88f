/** Where bytes lie. */

export interface FileEntry {
  name: string;
  kind: 'file' | 'directory';
}

/**
 * Bytes by path (`a/b/c`, no leading slash, no `.` or `..`). Files are published whole and never edited.
 * Implementations pass one contract suite: `opfs` (dedicated workers only) and `memory`.
 */
export interface FileStore {
  readonly kind: 'opfs' | 'memory';
  /** @throws FileNotFoundError */
  read(path: string): Promise<Uint8Array>;
  /** Size in bytes, or undefined when the file does not exist. */
  size(path: string): Promise<number | undefined>;
  /** When the file was last written, epoch ms, by the clock of the store; undefined when it does not exist. */
  modified(path: string): Promise<number | undefined>;
  /** Direct children, sorted by name; temporary names hidden; empty when the folder does not exist. */
  list(folder: string): Promise<FileEntry[]>;
  /** Writes under a temporary name, flushes, then moves to `path`; replaces what was there in one step. */
  publish(path: string, bytes: Uint8Array): Promise<void>;
  /** As `publish`, for content larger than memory: chunks are written as they come. Answers the bytes written. */
  publishStream(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number>;
  /** The file as a Blob that is read when it is used; on disk where the store is. @throws FileNotFoundError */
  blob(path: string): Promise<Blob>;
  /** Publishes only if no file of that name exists; false when it does. Exclusive across workers and tabs. */
  putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Removes a file; nothing happens when it is not there. */
  remove(path: string): Promise<void>;
  /** Removes a folder and all below it; nothing happens when it is not there. */
  removeFolder(folder: string): Promise<void>;
}
