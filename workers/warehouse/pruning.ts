/** Which pieces of a table a statement can read, told from its WHERE clauses; all of them unless it is certain. */

import { conditionOn, splitConjuncts } from './conjuncts.ts';
import { unitePieces, type Pieces } from './pieces.ts';
import { readPredicate } from './predicates.ts';
import type { NamePath } from './references.ts';
import type { Token } from './sql-tokens.ts';
import type { RelationInfo } from './types.ts';

/** With one of these in a statement a row left out may be noticed, or names may mean something else (a macro's parameters). */
const opaqueWords = new Set(
  'create query query_table rowid sample tablesample pivot unpivot pivot_wider pivot_longer'.split(' '),
);

/**
 * The pieces that a statement reads of a table, `null` for all. `paths` are all the places where it is named.
 * A place needs the rows that its own WHERE clause lets through, wherever it stands: in a CTE, a subquery, a UNION.
 */
export function piecesRead(
  tokens: readonly Token[],
  paths: readonly NamePath[],
  relation: RelationInfo,
): Pieces {
  if (paths.length === 0 || tokens.some(isOpaque)) return null;
  return paths
    .map((path) => piecesAt(tokens, path, relation))
    .reduce((all, more) => unitePieces(relation, all, more));
}

function piecesAt(tokens: readonly Token[], path: NamePath, relation: RelationInfo): Pieces {
  const found = conditionOn(tokens, path);
  if (!found) return null;
  const scope = { alias: found.alias, columns: relation.columns };
  const predicates = splitConjuncts(found.condition).flatMap((part) => readPredicate(part, scope) ?? []);
  if (predicates.length === 0) return null;
  const pieces = relation.pieces?.filter((piece) => predicates.every((admits) => admits(piece)));
  // A condition that every piece may meet is none: all of them are held as a whole.
  return pieces && pieces.length < (relation.pieces?.length ?? 0) ? pieces : null;
}

function isOpaque(token: Token): boolean {
  return (token.kind === 'word' || token.kind === 'quoted') && opaqueWords.has(token.text.toLowerCase());
}
