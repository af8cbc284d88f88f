/** `table@v3` and `table@2025-01-31T10:00`: tables as they were, as SQL texts name them. */

import { aliasAfter, findReferences, type NamePath } from './references.ts';
import { isSymbol, keywordOf, type Token } from './sql-tokens.ts';
import { plainText } from './temporal-literals.ts';

/** A name with a version; offsets are those of the SQL. */
export interface VersionName {
  path: NamePath;
  /** A version number, a moment as it is written, or null when it is neither. */
  at: number | string | null;
  /** Of the last part of the name, which the `@` follows. */
  start: number;
  /** Behind the version. */
  end: number;
  /** Stands right after FROM or JOIN, where only a table can stand. */
  isTable: boolean;
  /** A FROM clause names the table and gives it no name of its own. */
  unnamed: boolean;
}

const version = /v(\d{1,15})(?![\w$])/iy;
const moment = /\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w$])/iy;

/** The places where a name is followed by `@`, without a blank; elsewhere `@` is DuckDB's own. */
export function findVersionNames(sql: string, tokens: readonly Token[]): VersionName[] {
  if (!tokens.some((token) => isSymbol(token, '@'))) return [];
  return findReferences(tokens).paths.flatMap((path) => {
    const [name, sign] = [tokens[path.last], tokens[path.last + 1]];
    const follows = name && sign && isSymbol(sign, '@') && sign.start === name.end;
    // `@>` contains.
    if (!follows || sql.startsWith('>', sign.end)) return [];
    const { at, end } = readVersion(sql, tokens, path.last + 2, sign.end);
    const last = tokens.findLastIndex((token) => token.end <= end);
    const before = tokens[path.first - 1];
    const isTable = ['from', 'join'].includes(keywordOf(before));
    const unnamed = (isTable || isSymbol(before, ',')) && aliasAfter(tokens, last) < 0;
    return [{ path, at, start: name.start, end, isTable, unnamed }];
  });
}

function readVersion(sql: string, tokens: readonly Token[], next: number, start: number) {
  version.lastIndex = start;
  const number = version.exec(sql);
  if (number) return { at: Number(number[1]), end: version.lastIndex };
  moment.lastIndex = start;
  const found = moment.exec(sql);
  if (found) return { at: found[0], end: moment.lastIndex };
  const token = tokens[next];
  const text = token?.start === start ? plainText(token) : null;
  return { at: text, end: text === null || !token ? start : token.end };
}
