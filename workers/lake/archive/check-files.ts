import { parquetMetadata } from 'hyparquet';
import { DataFileError, LakeError } from '../errors.ts';
import { decodeFile } from '../parquet/decode.ts';
import { readNumRecords } from '../stats/stats.ts';
import type { AddFile } from '../types.ts';
import { readArchived } from './archived-file.ts';
import type { FoundTable } from './delta-source.ts';
import { DeltaSourceError, faultOf } from './errors.ts';
import type { Progress } from './progress.ts';
import { verifyFile } from './verify-file.ts';

/**
 * Reads every live file of a found table: size, checksum where the log has one, footer, number of rows. Of the files with the same
 * Parquet schema one is decoded, as the warehouse will do it.
 * @throws DeltaSourceError naming the file
 */
export async function checkFiles(found: FoundTable, { advance }: Progress): Promise<void> {
  const decoded = new Set<string>();
  for (const { path, add, isLive } of found.files.data) {
    advance(0, add.path);
    if (isLive) await checkFile(found, path, add, decoded);
    advance(add.size, add.path);
  }
}

async function checkFile(
  { store, table, files }: FoundTable,
  path: string,
  add: AddFile,
  decoded: Set<string>,
): Promise<void> {
  try {
    const file = store.files.get(path);
    if (!file) throw new DataFileError(path, 'file', 'a file that the log names', 'none');
    const bytes = await readArchived(file);
    await verifyFile(path, bytes, add);
    const shape = readShape(path, bytes, add);
    if (decoded.has(shape)) return;
    decoded.add(shape);
    const { schema, metadata } = files.snapshot;
    const { partitionColumns } = metadata;
    await decodeFile(path, bytes, { tablePath: table.path, add, schema, partitionColumns, columns: null });
  } catch (cause) {
    if (!(cause instanceof LakeError)) throw cause;
    throw new DeltaSourceError(add.path, faultOf(cause, table.path), { cause });
  }
}

/** The Parquet schema as text; the number of rows is held against the statistics. */
function readShape(path: string, bytes: Uint8Array, add: AddFile): string {
  let metadata: ReturnType<typeof parquetMetadata>;
  try {
    metadata = parquetMetadata(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    );
  } catch (cause) {
    throw new DataFileError(path, 'content', 'a Parquet file', 'no readable footer', { cause });
  }
  const expected = readNumRecords(add.stats);
  if (expected !== undefined && metadata.num_rows !== BigInt(expected))
    throw new DataFileError(path, 'number of rows', String(expected), String(metadata.num_rows));
  return JSON.stringify(metadata.schema);
}
