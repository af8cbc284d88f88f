import { describe, expect, test } from 'vitest';
import { applyEdits, offsetOf, originalOffset, placeAt } from '../../../workers/warehouse/edits.ts';
import { tokenizeSql } from '../../../workers/warehouse/sql-tokens.ts';
import { findVersionNames } from '../../../workers/warehouse/version-names.ts';

/** `name|version|what is replaced`, with a `*` where the table has no alias of its own. */
function found(sql: string): string[] {
  return findVersionNames(sql, tokenizeSql(sql)).map(
    ({ path, at, start, end, unnamed }) =>
      `${path.parts.join('.')}|${at}|${sql.slice(start, end)}${unnamed && at !== null ? '*' : ''}`,
  );
}

describe('names with a version', () => {
  test.each([
    ['select * from t@v3', ['t|3|t@v3*']],
    ['select * from gold.t@V12 where a = 1', ['gold.t|12|t@V12*']],
    ['select * from lab.gold.t@v3 as x', ['lab.gold.t|3|t@v3']],
    ['select * from "lab"."gold"."My T"@v3 x', ['lab.gold.my t|3|"My T"@v3']],
    ['select * from gold . t@v3', ['gold.t|3|t@v3*']],
    ['select * from a join t@v3 on true', ['t|3|t@v3*']],
    ['select * from t@v3, t@v4 u', ['t|3|t@v3*', 't|4|t@v4']],
    ['select (select max(a) from t@v1) from t@v2', ['t|1|t@v1*', 't|2|t@v2*']],
    ['with c as (from t@v1) select * from c', ['t|1|t@v1*']],
    ['select * from t@2025-01-31', ['t|2025-01-31|t@2025-01-31*']],
    ['select * from t@2025-01-31T10:00 limit 1', ['t|2025-01-31T10:00|t@2025-01-31T10:00*']],
    ['select * from t@2025-01-31t10:00:05.25Z', ['t|2025-01-31t10:00:05.25Z|t@2025-01-31t10:00:05.25Z*']],
    ['from t@2025-01-31T10:00-05:00 x', ['t|2025-01-31T10:00-05:00|t@2025-01-31T10:00-05:00']],
    ["from t@'2025-01-31 10:00:00' x", ["t|2025-01-31 10:00:00|t@'2025-01-31 10:00:00'"]],
    ['describe gold.t@v3', ['gold.t|3|t@v3']],
    ['from t@v3x', ['t|null|t@']],
    ['from t@3', ['t|null|t@']],
    ['from t@latest', ['t|null|t@']],
    ['from t@2025-01-31T10', ['t|null|t@']],
  ])('%s', (sql, names) => expect(found(sql)).toEqual(names));

  test.each([
    'select @x from t',
    'select a @> b, c <@ d from t',
    'select list@>other from t',
    'select 3 @v3 from t',
    "select 't@v3' from t -- t@v3",
    'select "t@v3" from t /* t@v3 */',
    'select $$t@v3$$ from t',
    "select * from query('select * from t@v3')",
    'select t @v3',
    'select * from t',
  ])('none in %s', (sql) => expect(found(sql)).toEqual([]));
});

test('positions of an edited text lead back to the original', () => {
  const original = 'select x\nfrom t@v3 join u@v1 on y';
  const edits = [
    { start: 14, end: 18, text: '"t@v3" AS "t"' },
    { start: 24, end: 28, text: '"u@v1"' },
  ];
  const edited = applyEdits(original, edits);
  expect(edited).toBe('select x\nfrom "t@v3" AS "t" join "u@v1" on y');
  for (const word of ['select', 'x', 'from', 'join', 'on', 'y'])
    expect(originalOffset(edited.indexOf(word), edits), word).toBe(original.indexOf(word));
  expect(originalOffset(edited.indexOf('AS'), edits)).toBe(14);
  expect(originalOffset(edited.indexOf('"u@v1"'), edits)).toBe(24);
  expect(originalOffset(edited.length, edits)).toBe(original.length);
  expect(placeAt(original, 14)).toEqual({ line: 2, column: 6 });
  expect(offsetOf(original, { line: 2, column: 6 })).toBe(14);
});
