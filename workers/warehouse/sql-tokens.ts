/** A small lexer for DuckDB's SQL: enough to split, classify and find names; DuckDB itself does the parsing. */

export interface Token {
  /** `word` is an unquoted identifier or keyword; `quoted` a "quoted" identifier; `symbol` is one character. */
  kind: 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'symbol';
  /** The name or content without quotes and with escapes resolved; words keep their case. */
  text: string;
  /** Offsets in the SQL text, in UTF-16 units; `end` is exclusive. */
  start: number;
  end: number;
}

// DuckDB's own idea of blanks, not that of JavaScript: U+200B is one, U+2028 is a letter, and a \r ends a comment.
const space = /[ \t\n\v\f\r\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]+/y;
const lineComment = /--[^\n\r]*/y;
const letter = String.raw`[A-Za-z_\u0080-\u009f\u00a1-\u1fff\u200c-\u202e\u2030-\u205e\u2061-\u2fff\u3001-\ufefe\uff00-\uffff]`;
const word = new RegExp(`${letter}(?:${letter}|[0-9$])*`, 'y');
const number = /(?:0[xX][0-9a-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)/y;
const parameter = /\$[A-Za-z0-9_]+|\?/y;
const dollarTag = /\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$/y;

/** The tokens of a SQL text, comments and white space left out. Never throws: an open quote reaches to the end. */
export function tokenizeSql(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const skipped = skipBlank(sql, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = readToken(sql, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

/** The word in lower case when the token is an unquoted one, else ''. */
export function keywordOf(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toLowerCase() : '';
}

/** True when the token is the given symbol. */
export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}

/** True for words and quoted identifiers. */
export function isIdentifier(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

/** Index of the parenthesis that closes the one at `open`, or of the last token. */
export function closingParenthesis(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (isSymbol(tokens[i], '(')) depth++;
    if (isSymbol(tokens[i], ')') && --depth === 0) return i;
  }
  return tokens.length - 1;
}

function skipBlank(sql: string, at: number): number {
  const blank = matchAt(space, sql, at) ?? matchAt(lineComment, sql, at);
  if (blank !== null) return at + blank.length;
  return sql.startsWith('/*', at) ? blockCommentEnd(sql, at) : at;
}

function blockCommentEnd(sql: string, start: number): number {
  let depth = 0;
  for (let at = start; at < sql.length; at++) {
    if (sql.startsWith('/*', at)) {
      depth++;
      at++;
    } else if (sql.startsWith('*/', at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  return sql.length;
}

function readToken(sql: string, at: number): Token {
  const char = sql.charAt(at);
  if (char === "'") return readQuoted(sql, at, at, 'string', false);
  if (char === '"') return readQuoted(sql, at, at, 'quoted', false);
  if ((char === 'e' || char === 'E') && sql.charAt(at + 1) === "'")
    return readQuoted(sql, at, at + 1, 'string', true);
  const tag = matchAt(dollarTag, sql, at);
  if (tag !== null) return readDollarString(sql, at, tag);
  return (
    readPattern(sql, at, word, 'word') ??
    readPattern(sql, at, number, 'number') ??
    readPattern(sql, at, parameter, 'parameter') ?? { kind: 'symbol', text: char, start: at, end: at + 1 }
  );
}

function readPattern(sql: string, at: number, pattern: RegExp, kind: Token['kind']): Token | null {
  const text = matchAt(pattern, sql, at);
  return text === null ? null : { kind, text, start: at, end: at + text.length };
}

function readQuoted(
  sql: string,
  start: number,
  open: number,
  kind: 'string' | 'quoted',
  escapes: boolean,
): Token {
  const quote = sql.charAt(open);
  let text = '';
  for (let at = open + 1; at < sql.length; at++) {
    const char = sql.charAt(at);
    if (escapes && char === '\\') {
      at++;
      text += sql.charAt(at);
    } else if (char !== quote) {
      text += char;
    } else if (sql.charAt(at + 1) === quote) {
      at++;
      text += quote;
    } else {
      return { kind, text, start, end: at + 1 };
    }
  }
  return { kind, text, start, end: sql.length };
}

function readDollarString(sql: string, start: number, tag: string): Token {
  const close = sql.indexOf(tag, start + tag.length);
  const contentEnd = close < 0 ? sql.length : close;
  const end = close < 0 ? sql.length : close + tag.length;
  return { kind: 'string', text: sql.slice(start + tag.length, contentEnd), start, end };
}

function matchAt(pattern: RegExp, sql: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0] ?? null;
}
