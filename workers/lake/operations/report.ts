import type { AddFile, Version } from '../types.ts';

/** Where an operation says how far it is; `advance` throws once it is cancelled. */
export interface Progress {
  readonly signal: AbortSignal;
  /** How many bytes there are to do, as soon as that is known. */
  expect(totalBytes: number): void;
  /** So many more bytes are done; `detail` is the file it is at. */
  advance(bytes: number, detail?: string): void;
}

/** What a maintenance operation did to a table, or with a dry run would do. Sizes are bytes. */
export interface OperationReport {
  /** Version committed; null when there was nothing to do, and for a dry run. */
  version: Version | null;
  filesAdded: number;
  bytesAdded: number;
  filesRemoved: number;
  bytesRemoved: number;
  /** Change in the number of rows; null when statistics do not tell. */
  rows: number | null;
  /** Versions that can be read before and not after. */
  versionsLost: Version[];
  /** Files concerned, all of them, as paths in the table's folder. */
  paths: string[];
}

/** Added and removed files counted; the caller says the rest. */
export function reportOf(
  added: Pick<AddFile, 'size'>[],
  removed: Pick<AddFile, 'size'>[],
  rest: Partial<OperationReport> = {},
): OperationReport {
  return {
    version: null,
    filesAdded: added.length,
    bytesAdded: sumSizes(added),
    filesRemoved: removed.length,
    bytesRemoved: sumSizes(removed),
    rows: 0,
    versionsLost: [],
    paths: [],
    ...rest,
  };
}

/** Bytes of the files together. */
export function sumSizes(files: Pick<AddFile, 'size'>[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
