/** Which partitions of a table a statement needs and a copy holds. `null` always stands for all of them. */

import type { TableCopy } from './copies.ts';
import type { Partition, RelationInfo } from './types.ts';

export type Partitions = readonly Partition[] | null;

/** Above this share of a table's rows all are taken: the rest costs little, and a second load costs all again. */
const wholeAbove = 1 / 2;
/** The same for a copy that already grows by partitions, so that growing day by day does not load the days over and over. */
const wholeAboveWhenGrowing = 1 / 8;

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

/** What a copy that needs more should hold: what it has, what is wanted, or all when that is nearly as cheap. */
export function partitionsToHold(
  { relation, hydrated, partitions }: TableCopy,
  wanted: Partitions,
): Partitions {
  const held = hydrated ? partitions : [];
  const united = unitePartitions(relation, held, wanted);
  if (united === null || (hydrated && includesPartitions(held, wanted))) return united;
  const limit = hydrated ? wholeAboveWhenGrowing : wholeAbove;
  return countRows(relation, united) > limit * relation.numRecords ? null : united;
}

function partitionKey({ values }: Partition): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
