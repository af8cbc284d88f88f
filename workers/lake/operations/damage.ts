import { DataFileError, FileNotFoundError, FormatError } from '../errors.ts';
import type { TableLog } from '../log/table-log.ts';
import { sha256 } from '../parquet/digest.ts';
import { readFooter } from '../parquet/footer.ts';
import { dataFilePath } from '../path.ts';
import { readNumRecords } from '../stats/stats.ts';
import type { AddFile, Codec, Snapshot } from '../types.ts';
import type { Progress } from './report.ts';

/** A data file that is not what the log says. */
export interface DamagedFile {
  add: AddFile;
  /** What is wrong, in a few words. */
  reason: string;
  isMissing: boolean;
}

/** What is needed to look into data files. */
export interface CheckPorts {
  /** Decodes files of other writers, which carry no checksum. */
  codec: Codec;
  progress?: Progress;
}

/**
 * Reads a data file to its end and compares it with the log: size, SHA-256, Parquet footer, number of rows. A file without a
 * checksum is decoded, since nothing else tells that its pages are whole. Undefined when all is well.
 */
export async function findDamage(
  log: TableLog,
  { schema, metadata }: Snapshot,
  add: AddFile,
  { codec, progress }: CheckPorts,
): Promise<DamagedFile | undefined> {
  const bytes = await readStored(log, add);
  if (!bytes) return { add, reason: 'it is missing', isMissing: true };
  const reason = (await compareBytes(add, bytes)) ?? compareFooter(add, bytes);
  if (reason !== undefined) return { add, reason, isMissing: false };
  if (add.tags?.sha256 !== undefined) return undefined;
  const { partitionColumns } = metadata;
  try {
    await codec.decode(
      { tablePath: log.path, add, schema, partitionColumns, columns: null, bytes },
      progress?.signal,
    );
    return undefined;
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== DataFileError.name) throw cause;
    return { add, reason: 'its pages cannot be read', isMissing: false };
  }
}

async function readStored(log: TableLog, add: AddFile): Promise<Uint8Array | undefined> {
  try {
    return await log.store.read(dataFilePath(log.path, add.path));
  } catch (cause) {
    if (cause instanceof FileNotFoundError) return undefined;
    throw cause;
  }
}

async function compareBytes({ size, tags }: AddFile, bytes: Uint8Array): Promise<string | undefined> {
  if (bytes.byteLength !== size) return `it has ${bytes.byteLength} bytes instead of ${size}`;
  const digest = tags?.sha256 === undefined ? undefined : await sha256(bytes);
  return digest !== undefined && digest !== tags?.sha256 ? 'its content has changed (SHA-256)' : undefined;
}

function compareFooter({ stats }: AddFile, bytes: Uint8Array): string | undefined {
  const expected = readNumRecords(stats);
  try {
    const { numRows } = readFooter(bytes);
    return expected === undefined || numRows === expected
      ? undefined
      : `it has ${numRows} rows instead of ${expected}`;
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    return 'it has no readable Parquet footer';
  }
}
