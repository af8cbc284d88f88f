import { expect, test } from 'vitest';
import { tokenizeSql } from '../../../workers/warehouse/sql-tokens.ts';

test.each([
  ['select a', ['word:select', 'word:a']],
  ['"we""ird" \'it\'\'s\'', ['quoted:we"ird', "string:it's"]],
  ["e'a\\'b' E'x'", ["string:a'b", 'string:x']],
  ['$$a;b$$ $x$ $$ $x$ $1 ?', ['string:a;b', 'string: $$ ', 'parameter:$1', 'parameter:?']],
  ['-- no ; end\n1 /* a /* b */ ; */ 2', ['number:1', 'number:2']],
  ['1.5e-3*.5', ['number:1.5e-3', 'symbol:*', 'symbol:.', 'number:5']],
  ['t.é_1::int', ['word:t', 'symbol:.', 'word:é_1', 'symbol::', 'symbol::', 'word:int']],
  ["'open", ['string:open']],
  ['/* open', []],
])('%s', (sql, expected) => {
  expect(tokenizeSql(sql).map((token) => `${token.kind}:${token.text}`)).toEqual(expected);
});

test('offsets cut the token out of the text', () => {
  const sql = ' select "a b" , \'c\' -- d\n from t';
  expect(tokenizeSql(sql).map(({ start, end }) => sql.slice(start, end))).toEqual([
    'select',
    '"a b"',
    ',',
    "'c'",
    'from',
    't',
  ]);
});
