import { joinStreams } from '../parquet/join-streams.ts';
import type { TableLog } from '../log/table-log.ts';
import { CommitConflictError, StorageFullError } from '../errors.ts';
import type { CommitResult, Compression, Metadata, WrittenFile } from '../types.ts';
import type { FileShape, RowPorts } from './rows.ts';

/** Arrow bytes that are encoded as one file, about a quarter as large. */
const BYTES_PER_FILE = 128 * 1024 * 1024;

/** Data files that an operation writes and commits together, or not at all. */
export class Drafts {
  readonly files: WrittenFile[] = [];
  #inDoubt = false;

  constructor(
    readonly log: TableLog,
    readonly ports: RowPorts,
    readonly shape: FileShape,
    readonly compression: Compression,
  ) {}

  /** Rows in the files so far. */
  get numRecords(): number {
    return this.files.reduce((sum, file) => sum + file.numRecords, 0);
  }

  /**
   * Encodes rows; small streams share a file.
   * @param streams complete Arrow IPC streams of one schema, which are transferred
   * @param shape other columns than the table's, for files that lack some
   * @throws SchemaError when the rows do not fit
   */
  async write(streams: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, shape = this.shape): Promise<void> {
    let kept: Uint8Array[] = [];
    let size = 0;
    for await (const stream of streams) {
      kept.push(stream);
      size += stream.byteLength;
      if (size < BYTES_PER_FILE) continue;
      await this.#encode(joinStreams(kept), shape);
      [kept, size] = [[], 0];
    }
    if (kept.length > 0) await this.#encode(joinStreams(kept), shape);
  }

  /** Commits. What is not in the log for certain is deleted; after other failures it may be there, and a vacuum will know. */
  async commit(publish: (files: WrittenFile[]) => Promise<CommitResult>): Promise<CommitResult> {
    try {
      const result = await publish(this.files);
      this.#inDoubt = result.committed;
      await this.discard();
      return result;
    } catch (cause) {
      this.#inDoubt = !(cause instanceof CommitConflictError || cause instanceof StorageFullError);
      throw cause;
    }
  }

  /** Deletes what was written, unless it is in the log or may be. */
  async discard(): Promise<void> {
    if (!this.#inDoubt) await this.log.discard(this.files.splice(0));
  }

  async #encode(ipc: Uint8Array, shape: FileShape): Promise<void> {
    const { log, ports, compression } = this;
    const written = await ports.codec.encode(
      { tablePath: log.path, ipc, ...shape, compression },
      ports.signal,
    );
    this.files.push(...written);
    await log.publishFiles(written);
    // Stored now: the bytes would only hold memory.
    for (const file of written) delete file.bytes;
  }
}

/** Runs the task; when it fails, the drafts are deleted. */
export async function withDrafts<T>(drafts: Drafts, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (cause) {
    await drafts.discard();
    throw cause;
  }
}

/** The codec that a table asks for (`delta.parquet.compression.codec`); Zstandard unless told, and for those we do not write. */
export function compressionOf({ configuration }: Metadata): Compression {
  const codec = configuration['delta.parquet.compression.codec']?.toLowerCase();
  if (codec === 'uncompressed' || codec === 'none') return 'none';
  return codec === 'snappy' ? 'snappy' : 'zstd';
}
