import { readNumRecords } from '../stats/stats.ts';
import type { AddFile } from '../types.ts';

/** What one rewrite may hold: compressed bytes, and rows where statistics tell. */
export interface BinLimits {
  bytes: number;
  rows: number;
}

/** The files of each tuple of partition values, in the order of their commits. */
export function groupByPartition(files: AddFile[], partitionColumns: string[]): AddFile[][] {
  const groups = new Map<string, AddFile[]>();
  for (const file of files) {
    const key = JSON.stringify(partitionColumns.map((name) => file.partitionValues[name] ?? null));
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}

/**
 * Files smaller than the limit, each put into the first bin that has room for it; bins of one file are left out. The files of
 * two of those never fit together, so that packing the answer and asking again comes to an end.
 */
export function packBins(files: AddFile[], limits: BinLimits): AddFile[][] {
  const bins: Bin[] = [];
  for (const file of files.filter(({ size }) => size < limits.bytes)) {
    const room = bins.find((bin) => bin.hasRoomFor(file, limits));
    if (room) room.put(file);
    else bins.push(new Bin(file));
  }
  return bins.map((bin) => bin.files).filter(({ length }) => length > 1);
}

/** All files in their order, cut where a limit is reached. */
export function cutBins(files: AddFile[], limits: BinLimits): AddFile[][] {
  const bins: Bin[] = [];
  for (const file of files) {
    const last = bins.at(-1);
    if (last?.hasRoomFor(file, limits)) last.put(file);
    else bins.push(new Bin(file));
  }
  return bins.map((bin) => bin.files);
}

class Bin {
  readonly files: AddFile[] = [];
  #bytes = 0;
  #rows = 0;

  constructor(first: AddFile) {
    this.put(first);
  }

  hasRoomFor(file: AddFile, limits: BinLimits): boolean {
    return this.#bytes + file.size <= limits.bytes && this.#rows + rowsOf(file) <= limits.rows;
  }

  put(file: AddFile): void {
    this.files.push(file);
    this.#bytes += file.size;
    this.#rows += rowsOf(file);
  }
}

function rowsOf({ stats }: AddFile): number {
  return readNumRecords(stats) ?? 0;
}
