import { DataFileError } from '../errors.ts';
import { sha256 } from '../parquet/digest.ts';
import type { AddFile } from '../types.ts';

/** Holds the bytes of a data file against its `add` action: size, and SHA-256 where the action has it. @throws DataFileError */
export async function verifyFile(file: string, bytes: Uint8Array, { size, tags }: AddFile): Promise<void> {
  if (bytes.byteLength !== size)
    throw new DataFileError(file, 'size', `${size} bytes`, `${bytes.byteLength}`);
  const expected = tags?.sha256;
  if (expected === undefined) return;
  const actual = await sha256(bytes);
  if (actual !== undefined && actual !== expected) throw new DataFileError(file, 'SHA-256', expected, actual);
}
