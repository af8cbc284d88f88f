/** Which partitions of a table a statement can read, told from its WHERE clauses; all of them unless it is certain. */

import { conditionOn, splitConjuncts } from './conjuncts.ts';
import { unitePartitions, type Partitions } from './partitions.ts';
import { readPredicate } from './predicates.ts';
import type { NamePath } from './references.ts';
import type { Token } from './sql-tokens.ts';
import type { Partition, RelationInfo } from './types.ts';

/** With one of these in a statement a row left out may be noticed, or names may mean something else (a macro's parameters). */
const opaqueWords = new Set(
  'create query query_table rowid sample tablesample pivot unpivot pivot_wider pivot_longer'.split(' '),
);

/**
 * The partitions that a statement reads of a table, `null` for all. `paths` are all the places where it is named.
 * A place needs the rows that its own WHERE clause lets through, wherever it stands: in a CTE, a subquery, a UNION.
 */
export function partitionsRead(
  tokens: readonly Token[],
  paths: readonly NamePath[],
  relation: RelationInfo,
): Partitions {
  if (!relation.partitions || paths.length === 0 || tokens.some(isOpaque)) return null;
  return paths
    .map((path) => partitionsAt(tokens, path, relation))
    .reduce((all, more) => unitePartitions(relation, all, more));
}

function partitionsAt(tokens: readonly Token[], path: NamePath, relation: RelationInfo): Partitions {
  const found = conditionOn(tokens, path);
  if (!found) return null;
  const partitioned = new Set(relation.partitions?.flatMap(({ values }) => Object.keys(values)));
  const scope = {
    alias: found.alias,
    columns: relation.columns.filter(({ name }) => partitioned.has(name)),
  };
  const predicates = splitConjuncts(found.condition).flatMap((part) => readPredicate(part, scope) ?? []);
  if (predicates.length === 0) return null;
  const isRead = ({ values, numRecords }: Partition) =>
    predicates.every((admits) => admits({ partitionValues: values, bounds: {}, numRecords }));
  return relation.partitions?.filter(isRead) ?? null;
}

function isOpaque(token: Token): boolean {
  return (token.kind === 'word' || token.kind === 'quoted') && opaqueWords.has(token.text.toLowerCase());
}
