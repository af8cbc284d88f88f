import initWasm, {
  Compression as Codec,
  EnabledStatistics,
  ParquetFile,
  Table,
  WriterPropertiesBuilder,
  readParquet,
  writeParquet,
} from 'parquet-wasm/esm';
import { ENGINE_INFO } from '../log/commit-info.ts';
import type { Compression } from '../types.ts';

const CODECS: Record<Compression, Codec> = {
  zstd: Codec.ZSTD,
  snappy: Codec.SNAPPY,
  none: Codec.UNCOMPRESSED,
};

/** Rows per row group. */
const ROW_GROUP_ROWS = 1_000_000;
/** Rows per decoded batch: the warehouse's own row group. */
const BATCH_ROWS = 122_880;

let ready: Promise<unknown> | undefined;

/**
 * Loads the Parquet codec into this thread, once. In a bundle without `wasm` it is fetched from beside the code.
 * @param wasm address or bytes of `parquet_wasm_bg.wasm`
 */
export async function initParquet(wasm?: URL | BufferSource): Promise<void> {
  ready ??= initWasm(wasm === undefined ? undefined : { module_or_path: wasm });
  try {
    await ready;
  } catch (cause) {
    // A failed download may be tried again.
    ready = undefined;
    throw cause;
  }
}

/** A Parquet file (data pages V1, statistics per row group) from a complete Arrow IPC stream. */
export function encodeParquet(ipc: Uint8Array, compression: Compression): Uint8Array {
  const properties = new WriterPropertiesBuilder()
    .setCompression(CODECS[compression])
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setCreatedBy(ENGINE_INFO)
    .build();
  // Both arguments are consumed, so that there is nothing left to free.
  return writeParquet(Table.fromIPCStream(ipc), properties);
}

/**
 * The columns of a Parquet file as a complete Arrow IPC stream, in file order.
 * @param columns names that are in the file, in any order; null for all
 */
export async function decodeParquet(bytes: Uint8Array, columns: string[] | null): Promise<Uint8Array> {
  if (columns === null) return readParquet(bytes, { batchSize: BATCH_ROWS }).intoIPCStream();
  // readParquet ignores `columns`; a ParquetFile keeps to them and reads their pages only.
  const file = await ParquetFile.fromFile(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  try {
    const table = await file.read({ columns, batchSize: BATCH_ROWS });
    return table.intoIPCStream();
  } finally {
    file.free();
  }
}
