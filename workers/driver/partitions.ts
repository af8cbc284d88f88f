/** Partitions of a lake table: the files of the same partition values. */
import { readNumRecords } from '../lake/stats/stats.ts';
import type { AddFile, Snapshot } from '../lake/types.ts';
import type { Partition } from '../warehouse/types.ts';

/** Each partition with its rows, in file order; undefined without partition columns, or when a file does not tell its rows. */
export function partitionsOf({ files, metadata }: Snapshot): Partition[] | undefined {
  if (metadata.partitionColumns.length === 0) return undefined;
  const found = new Map<string, Partition>();
  for (const add of files) {
    const rows = readNumRecords(add.stats);
    if (rows === undefined) return undefined;
    const values = valuesOf(add, metadata.partitionColumns);
    const key = keyOf(values, metadata.partitionColumns);
    const partition = found.get(key) ?? { values, numRecords: 0 };
    partition.numRecords += rows;
    found.set(key, partition);
  }
  return [...found.values()];
}

/** The files of some partitions, in file order. */
export function filesOf({ files, metadata }: Snapshot, partitions: readonly Partition[]): AddFile[] {
  const { partitionColumns } = metadata;
  const wanted = new Set(partitions.map(({ values }) => keyOf(values, partitionColumns)));
  return files.filter((add) => wanted.has(keyOf(valuesOf(add, partitionColumns), partitionColumns)));
}

/** Empty text is NULL (PROTOCOL "Partition Value Serialization"). */
function valuesOf({ partitionValues }: AddFile, partitionColumns: string[]): Partition['values'] {
  return Object.fromEntries(partitionColumns.map((name) => [name, partitionValues[name] || null]));
}

function keyOf(values: Partition['values'], partitionColumns: string[]): string {
  return JSON.stringify(partitionColumns.map((name) => values[name] ?? null));
}
