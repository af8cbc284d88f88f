import { decodeFile } from './decode.ts';
import { encodeParts } from './encode.ts';
import { DataFileError, FileNotFoundError, InvalidCommitError } from '../errors.ts';
import { dataFilePath } from '../path.ts';
import { sha256 } from './digest.ts';
import { encodeFilePath, partitionFolder } from './partition-folder.ts';
import type { Codec, DecodeJob, EncodeJob, FileStore, LakeEnv, WrittenFile } from '../types.ts';

/**
 * Encodes and decodes data files in this thread. With a store it writes and reads files; without one it hands bytes over.
 * Call `initParquet` first.
 */
export class DirectCodec implements Codec {
  readonly #verified = new Set<string>();

  constructor(
    readonly store: FileStore | null,
    readonly env: LakeEnv,
  ) {}

  /**
   * Writes one data file per tuple of partition values found in the stream; none for no rows. Files already written are
   * removed when a later one fails or the job is aborted.
   * @throws SchemaError when the stream does not fit the schema
   */
  async encode(job: EncodeJob, signal?: AbortSignal): Promise<WrittenFile[]> {
    const written: WrittenFile[] = [];
    try {
      for (const part of encodeParts(job)) {
        signal?.throwIfAborted();
        written.push(await this.#write(job, part, written.length));
      }
      signal?.throwIfAborted();
      return written;
    } catch (cause) {
      await this.#discard(job.tablePath, written);
      throw cause;
    }
  }

  /**
   * Reads one data file. Its size and checksum are checked the first time.
   * @throws DataFileError, SchemaError
   */
  async decode(job: DecodeJob, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const file = dataFilePath(job.tablePath, job.add.path);
    const bytes = job.bytes ?? (await this.#read(file));
    await this.#verify(file, bytes, job);
    signal?.throwIfAborted();
    return decodeFile(file, bytes, job);
  }

  async #write(
    job: EncodeJob,
    part: ReturnType<typeof encodeParts> extends Iterable<infer P> ? P : never,
    index: number,
  ): Promise<WrittenFile> {
    const { bytes, partitionValues, stats, numRecords } = part;
    const suffix = job.compression === 'none' ? '' : `.${job.compression}`;
    const folder = partitionFolder(job.partitionColumns, partitionValues);
    const name = `part-${String(index).padStart(5, '0')}-${this.env.newId()}${suffix}.parquet`;
    const path = encodeFilePath(`${folder}${name}`);
    const digest = await sha256(bytes);
    const add = {
      path,
      partitionValues,
      size: bytes.byteLength,
      modificationTime: this.env.clock.now(),
      dataChange: true,
      stats,
      tags: digest === undefined ? undefined : { sha256: digest },
    };
    if (!this.store) return { add, numRecords, bytes };
    const file = dataFilePath(job.tablePath, path);
    await this.store.publish(file, bytes);
    return { add, numRecords };
  }

  async #read(file: string): Promise<Uint8Array> {
    if (!this.store)
      throw new InvalidCommitError(
        `Data file ${file} was asked for without its bytes, and there is no store here.`,
      );
    try {
      return await this.store.read(file);
    } catch (cause) {
      if (!(cause instanceof FileNotFoundError)) throw cause;
      throw new DataFileError(file, 'file', 'a file that the log names', 'none', { cause });
    }
  }

  async #verify(file: string, bytes: Uint8Array, { add }: DecodeJob): Promise<void> {
    if (bytes.byteLength !== add.size)
      throw new DataFileError(file, 'size', `${add.size} bytes`, `${bytes.byteLength}`);
    const expected = add.tags?.sha256;
    if (expected === undefined || this.#verified.has(file)) return;
    const actual = await sha256(bytes);
    if (actual !== undefined && actual !== expected)
      throw new DataFileError(file, 'SHA-256', expected, actual);
    this.#verified.add(file);
  }

  async #discard(tablePath: string, written: WrittenFile[]): Promise<void> {
    const { store } = this;
    if (store) await Promise.all(written.map(({ add }) => store.remove(dataFilePath(tablePath, add.path))));
  }
}
