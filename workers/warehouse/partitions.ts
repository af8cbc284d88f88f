/** Which partitions of a table a statement needs and a copy holds. `null` always stands for all of them. */

import type { Partition, RelationInfo } from './types.ts';

export type Partitions = readonly Partition[] | null;

/** True when everything wanted is among what is held. */
export function includesPartitions(held: Partitions, wanted: Partitions): boolean {
  if (held === null) return true;
  if (wanted === null) return false;
  const keys = new Set(held.map(partitionKey));
  return wanted.every((partition) => keys.has(partitionKey(partition)));
}

/** The partitions of a relation that are in one of two sets, in the relation's order. */
export function unitePartitions(relation: RelationInfo, a: Partitions, b: Partitions): Partitions {
  if (!relation.partitions || a === null || b === null) return null;
  const keys = new Set([...a, ...b].map(partitionKey));
  return relation.partitions.filter((partition) => keys.has(partitionKey(partition)));
}

/** Rows of some partitions of a relation. */
export function countRows(relation: RelationInfo, partitions: Partitions): number {
  return partitions ? partitions.reduce((sum, { numRecords }) => sum + numRecords, 0) : relation.numRecords;
}

function partitionKey({ values }: Partition): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
