/** Data files, and who writes and reads them. */
import type { AddFile } from './actions.ts';
import type { StructType } from './schema.ts';

export type Compression = 'zstd' | 'snappy' | 'none';

/** A data file that has been written and not yet committed. */
export interface WrittenFile {
  add: AddFile;
  numRecords: number;
  /** Given when the executor has no store in common with the driver (memory lake): the driver publishes them. */
  bytes?: Uint8Array;
}

/** Encode one Arrow IPC stream as data files of a table: one per partition value found in it. */
export interface EncodeJob {
  /** `lake/<lab>/<schema>/<name>`. */
  tablePath: string;
  /** Complete IPC stream with all columns of `schema`, partition columns too. Transferred. */
  ipc: Uint8Array;
  schema: StructType;
  partitionColumns: string[];
  compression: Compression;
  /** Load time, epoch ms: fills column `_ingested_at` of `schema`, which the stream need not have. */
  ingestedAt?: number;
}

/** Decode one data file into an Arrow IPC stream that has the wanted columns in the wanted order, partition values filled in. */
export interface DecodeJob {
  tablePath: string;
  add: AddFile;
  schema: StructType;
  partitionColumns: string[];
  /** Columns wanted, in this order; null for all, in schema order. */
  columns: string[] | null;
  /** Given when there is no store in common. */
  bytes?: Uint8Array;
}

/** Parquet work, done in this thread (`DirectCodec`) or handed to executors (the work pool). */
export interface Codec {
  encode(job: EncodeJob, signal?: AbortSignal): Promise<WrittenFile[]>;
  decode(job: DecodeJob, signal?: AbortSignal): Promise<Uint8Array>;
}
