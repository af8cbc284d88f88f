/** Which pieces of a table a statement needs and a copy holds. `null` always stands for all of them. */

import type { Piece, RelationInfo } from './types.ts';

export type Pieces = readonly Piece[] | null;

/** True when everything wanted is among what is held. */
export function includesPieces(held: Pieces, wanted: Pieces): boolean {
  if (held === null) return true;
  if (wanted === null) return false;
  const ids = new Set(held.map(({ id }) => id));
  return wanted.every(({ id }) => ids.has(id));
}

/** The pieces of a relation that are in one of two sets, in the relation's order. */
export function unitePieces(relation: RelationInfo, a: Pieces, b: Pieces): Pieces {
  if (a === null || b === null || !relation.pieces) return null;
  const ids = new Set([...a, ...b].map(({ id }) => id));
  return relation.pieces.filter(({ id }) => ids.has(id));
}

/** Rows of some pieces of a relation; null when the lake does not know. */
export function countRows(relation: RelationInfo, pieces: Pieces): number | null {
  return pieces ? pieces.reduce((sum, { numRecords }) => sum + numRecords, 0) : relation.numRecords;
}
