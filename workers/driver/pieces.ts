/** Pieces of a lake table: its files, and what is known of each without reading it. */
import { boundsOf } from '../lake/stats/skipping.ts';
import type { AddFile, Snapshot } from '../lake/types.ts';
import type { Piece } from '../warehouse/types.ts';

/** Each file, in order; undefined when one does not tell its rows: then they cannot be counted when they are loaded. */
export function piecesOf({ files, schema }: Snapshot): Piece[] | undefined {
  const pieces = files.flatMap((add) => {
    const { numRecords, ...known } = boundsOf(add, schema);
    return numRecords === undefined ? [] : [{ id: add.path, numRecords, ...known }];
  });
  return pieces.length === files.length ? pieces : undefined;
}

/** The files of some pieces, in file order. */
export function filesOf({ files }: Snapshot, pieces: readonly Piece[]): AddFile[] {
  const wanted = new Set(pieces.map(({ id }) => id));
  return files.filter(({ path }) => wanted.has(path));
}
