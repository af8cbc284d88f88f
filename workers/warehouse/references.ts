/** What a SQL text may read: which names it holds, and whether the columns it needs can be told from them. */

import {
  closingParenthesis,
  isIdentifier,
  isSymbol,
  keywordOf,
  tokenizeSql,
  type Token,
} from './sql-tokens.ts';

/** A dotted name and where it stands. */
export interface NamePath {
  /** Lower case, as DuckDB compares names. */
  parts: string[];
  /** Index of the first and last token. */
  first: number;
  last: number;
}

export interface References {
  paths: NamePath[];
  /** Every identifier, keyword or not, in lower case: a superset of the columns named. */
  identifiers: Set<string>;
  /** Columns cannot be told from the names (stars, row references, ...): all are needed. */
  wholeRows: boolean;
  /** Asks about tables rather than their rows: `information_schema`, `duckdb_columns()`, `describe`. */
  metadata: boolean;
  /** `query()` or `query_table()` with a computed name: what it reads cannot be told. */
  computed: boolean;
}

const wholeRowWords = new Set(
  'natural pivot unpivot pivot_wider pivot_longer describe desc summarize show pragma table query query_table'.split(
    ' ',
  ),
);
const metadataWords = new Set([
  'information_schema',
  'pg_catalog',
  'sqlite_master',
  'describe',
  'desc',
  'show',
  'pragma',
]);
/** After these a `*` is a star and a name is no operand. */
const beforeStar = new Set(
  'select distinct all by where and or not case when then else on having in is returning'.split(' '),
);
/** Before these a `*` is a star. */
const afterStar = new Set(
  'from exclude except replace rename like ilike glob similar where union intersect limit order'.split(' '),
);
/** Keywords that may follow a table's name and so are no alias. */
const afterTable = new Set(
  (
    'where group order on join left right full inner outer cross natural positional asof semi anti union except intersect limit ' +
    'offset having qualify using window tablesample lateral select fetch for'
  ).split(' '),
);
const fromInCall = new Set([
  'extract',
  'substring',
  'substr',
  'trim',
  'ltrim',
  'rtrim',
  'overlay',
  'position',
]);
const setOperations = new Set(['union', 'except', 'intersect']);

/** Reads the names of one statement. */
export function findReferences(tokens: readonly Token[]): References {
  const all = withCalledTables(tokens);
  const identifiers = new Set(all.filter(isIdentifier).map((token) => token.text.toLowerCase()));
  const metadataNames = [...identifiers].some(
    (name) => metadataWords.has(name) || /^(duckdb|pragma|pg)_/.test(name),
  );
  return {
    paths: findPaths(all),
    identifiers,
    wholeRows: metadataNames || hasWholeRows(tokens),
    metadata: metadataNames,
    computed: tokens.some((_, i) => isTableCall(tokens, i) && !hasLiteralArguments(tokens, i + 1)),
  };
}

/**
 * True when a table of that path can be read in ways its column names do not show: a row reference (`SELECT t`),
 * a name that stands neither after FROM nor after JOIN, ...
 */
export function isReadAsRow(tokens: readonly Token[], references: References, table: NamePath[]): boolean {
  const names = new Set<string>();
  const definitions = new Set<number>();
  for (const path of table) {
    if (!['from', 'join'].includes(keywordOf(tokens[path.first - 1]))) return true;
    names.add(path.parts.at(-1) ?? '');
    const alias = aliasAfter(tokens, path.last);
    if (alias < 0) continue;
    // FROM t AS x(p, q) renames columns by position.
    if (isSymbol(tokens[alias + 1], '(')) return true;
    definitions.add(alias);
    names.add((tokens[alias]?.text ?? '').toLowerCase());
  }
  return references.paths.some(
    (path) =>
      path.parts.length === 1 &&
      names.has(path.parts[0] ?? '') &&
      !definitions.has(path.first) &&
      !namesExpression(tokens, path.first),
  );
}

function isTableCall(tokens: readonly Token[], at: number): boolean {
  return ['query', 'query_table'].includes(keywordOf(tokens[at])) && isSymbol(tokens[at + 1], '(');
}

function hasLiteralArguments(tokens: readonly Token[], open: number): boolean {
  const inner = tokens.slice(open + 1, closingParenthesis(tokens, open));
  return inner.every(
    (token) => token.kind === 'string' || (token.kind === 'symbol' && '[],'.includes(token.text)),
  );
}

/** `query_table('schema.t')` and `query('SELECT ...')` name tables in strings. */
function withCalledTables(tokens: readonly Token[]): Token[] {
  if (!tokens.some((_, i) => isTableCall(tokens, i))) return [...tokens];
  const inStrings = tokens.filter((token) => token.kind === 'string').map((token) => tokenizeSql(token.text));
  const gap: Token = { kind: 'symbol', text: ';', start: 0, end: 0 };
  return [...tokens, ...inStrings.flatMap((inner) => [gap, ...inner])];
}

function findPaths(tokens: readonly Token[]): NamePath[] {
  const paths: NamePath[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const first = tokens[i];
    if (!isIdentifier(first)) continue;
    const path: NamePath = { parts: [first.text.toLowerCase()], first: i, last: i };
    for (let next = tokens[i + 2]; isSymbol(tokens[i + 1], '.') && isIdentifier(next); next = tokens[i + 2]) {
      path.parts.push(next.text.toLowerCase());
      i += 2;
      path.last = i;
    }
    paths.push(path);
  }
  return paths;
}

function hasWholeRows(tokens: readonly Token[]): boolean {
  return (
    tokens.some((token, i) => {
      const name = keywordOf(token);
      if (wholeRowWords.has(name)) return true;
      if (name === 'columns' || name === 'unpack') return true;
      return isSymbol(token, '#') || (isSymbol(token, '*') && isStar(tokens, i));
    }) || hasLeadingFrom(tokens)
  );
}

/** A multiplication has an operand on both sides; everything else but count(*) is a star. */
function isStar(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  if (isSymbol(before, '(') && isSymbol(after, ')') && keywordOf(tokens[at - 2]) === 'count') return false;
  if (!before || !after) return true;
  const operandBefore =
    before.kind === 'symbol' ? [')', ']', '}'].includes(before.text) : !beforeStar.has(keywordOf(before));
  const operandAfter =
    after.kind === 'symbol'
      ? ['(', '-', '+', '[', '@', '~'].includes(after.text)
      : !afterStar.has(keywordOf(after));
  return !(operandBefore && operandAfter);
}

/** `FROM t` without a SELECT before it at the same level stands for `SELECT * FROM t`. */
function hasLeadingFrom(tokens: readonly Token[]): boolean {
  const levels: { selected: boolean }[] = [{ selected: false }];
  for (const [i, token] of tokens.entries()) {
    const name = keywordOf(token);
    const level = levels.at(-1);
    if (!level) return true;
    if (isSymbol(token, '(')) levels.push({ selected: fromInCall.has(keywordOf(tokens[i - 1])) });
    else if (isSymbol(token, ')')) levels.pop();
    else if (name === 'select') level.selected = true;
    else if (setOperations.has(name)) level.selected = false;
    else if (name === 'from' && !level.selected && !isDistinctFrom(tokens, i)) return true;
  }
  return false;
}

function isDistinctFrom(tokens: readonly Token[], from: number): boolean {
  return keywordOf(tokens[from - 1]) === 'distinct' && ['is', 'not'].includes(keywordOf(tokens[from - 2]));
}

/** Index of the alias that follows a table's name, or -1. */
export function aliasAfter(tokens: readonly Token[], last: number): number {
  const at = keywordOf(tokens[last + 1]) === 'as' ? last + 2 : last + 1;
  return isIdentifier(tokens[at]) && !afterTable.has(keywordOf(tokens[at])) ? at : -1;
}

/** `WITH name AS (`, and `FROM name` or `JOIN name`, where an unqualified name is a common table expression. */
function namesExpression(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (['from', 'join'].includes(keywordOf(before))) return true;
  const opens = keywordOf(before) === 'with' || keywordOf(before) === 'recursive' || isSymbol(before, ',');
  return opens && keywordOf(tokens[at + 1]) === 'as' && isSymbol(tokens[at + 2], '(');
}
