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
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return [...groups.values()];
}

/**
 * Files smaller than the limit, each put into the first bin that has room for it; bins of one file are left out. The files of
 * two of those never fit together, so that packing the answer and asking again comes to an end.
 */
export function packBins(files: AddFile[], limits: BinLimits): AddFile[][] {
  const small = files.filter(({ size }) => size < limits.bytes);
  return fillBins(small, limits, (bins, load) => bins.find((bin) => bin.hasRoomFor(load))).filter(
    ({ length }) => length > 1,
  );
}

/** All files in their order, cut where a limit is reached. */
export function cutBins(files: AddFile[], limits: BinLimits): AddFile[][] {
  return fillBins(files, limits, (bins, load) => {
    const last = bins.at(-1);
    return last?.hasRoomFor(load) ? last : undefined;
  });
}

function fillBins(
  files: AddFile[],
  limits: BinLimits,
  choose: (bins: Bin[], load: BinLimits) => Bin | undefined,
): AddFile[][] {
  const bins: Bin[] = [];
  for (const file of files) {
    const load = { bytes: file.size, rows: readNumRecords(file.stats) ?? 0 };
    const bin = choose(bins, load) ?? new Bin(limits);
    if (bin.files.length === 0) bins.push(bin);
    bin.put(file, load);
  }
  return bins.map((bin) => bin.files);
}

class Bin {
  readonly files: AddFile[] = [];
  readonly #load: BinLimits = { bytes: 0, rows: 0 };

  constructor(readonly limits: BinLimits) {}

  hasRoomFor({ bytes, rows }: BinLimits): boolean {
    return this.#load.bytes + bytes <= this.limits.bytes && this.#load.rows + rows <= this.limits.rows;
  }

  put(file: AddFile, { bytes, rows }: BinLimits): void {
    this.files.push(file);
    this.#load.bytes += bytes;
    this.#load.rows += rows;
  }
}
