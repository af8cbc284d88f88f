/** Which files a condition can be true in. */

import { isWholeCondition, splitConjuncts } from './conjuncts.ts';
import { readPredicate } from './predicates.ts';
import { tokenizeSql } from './sql-tokens.ts';
import type { RowBounds } from './types.ts';

/**
 * A test on what is known of a file's rows: false only when none of them can meet the SQL condition. What cannot be
 * decided that way (functions, OR, subqueries, ...) passes every file.
 */
export function testFiles(
  condition: string,
  columns: readonly { name: string; type: string }[],
): (rows: RowBounds) => boolean {
  const tokens = tokenizeSql(condition);
  const parts = isWholeCondition(tokens) ? splitConjuncts(tokens) : [];
  const predicates = parts.flatMap((part) => readPredicate(part, { alias: null, columns }) ?? []);
  return (rows) => predicates.every((admits) => admits(rows));
}
