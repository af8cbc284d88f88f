/** WHERE clauses as lists of conditions that all must hold. Precedence as in DuckDB's grammar.y. */

import type { NamePath } from './references.ts';
import { closingParenthesis, isIdentifier, isSymbol, keywordOf, type Token } from './sql-tokens.ts';

/** Reserved words that end a WHERE clause. */
const afterWhere = new Set(
  'group having window qualify order limit offset fetch union except intersect using for into returning'.split(
    ' ',
  ),
);
/** Words at whose side an AND may belong to something else than the clause. */
const structural = new Set('or case when then else end lambda from select with where values'.split(' '));
/** Operators made of these bind tighter than AND; `->`, `->>` and all others are looked at apart. */
const plainSymbols = new Set(['.', '=', '<', '>', '+', '-', '*', '/', '%']);

/** Rows of the table at `path` that fail the WHERE clause are never seen: its tokens, where it is `SELECT ... FROM path [alias] WHERE`. */
export function conditionOn(
  tokens: readonly Token[],
  path: NamePath,
): { alias: Token; condition: Token[] } | null {
  const from = path.first - 1;
  if (keywordOf(tokens[from]) !== 'from' || !followsSelectList(tokens, from)) return null;
  const named = keywordOf(tokens[path.last + 1]) === 'as' ? path.last + 2 : path.last + 1;
  const unnamed = keywordOf(tokens[path.last + 1]) === 'where';
  const alias = tokens[unnamed ? path.last : named];
  const where = unnamed ? path.last + 1 : named + 1;
  if (!isIdentifier(alias) || keywordOf(tokens[where]) !== 'where') return null;
  return { alias, condition: tokens.slice(where + 1, endOfCondition(tokens, where + 1)) };
}

/** True when a text is a condition and nothing after it. */
export function isWholeCondition(tokens: readonly Token[]): boolean {
  return endOfCondition(tokens, 0) === tokens.length;
}

/** The conditions joined by AND, those in parentheses of their own too; none when it is anything but a plain conjunction. */
export function splitConjuncts(condition: readonly Token[]): Token[][] {
  const parts = splitAtAnd(condition);
  return parts.flatMap((part) => (isGroup(part) ? splitConjuncts(part.slice(1, -1)) : [part]));
}

/** True when nothing but a select list stands between the FROM and its SELECT. */
function followsSelectList(tokens: readonly Token[], from: number): boolean {
  let depth = 0;
  for (let i = from - 1; i >= 0; i--) {
    if (isSymbol(tokens[i], ')')) depth++;
    if (isSymbol(tokens[i], '(') && --depth < 0) return false;
    const word = depth === 0 ? wordAt(tokens, i) : '';
    if (word === 'select') return true;
    if (word === 'from' || word === 'where' || afterWhere.has(word)) return false;
  }
  return false;
}

function endOfCondition(tokens: readonly Token[], start: number): number {
  for (let i = start; i < tokens.length; i++) {
    if (isSymbol(tokens[i], '(')) i = closingParenthesis(tokens, i);
    else if (isSymbol(tokens[i], ')') || afterWhere.has(wordAt(tokens, i))) return i;
  }
  return tokens.length;
}

function splitAtAnd(tokens: readonly Token[]): Token[][] {
  let part: Token[] = [];
  const parts = [part];
  let betweens = 0;
  for (let i = 0; i < tokens.length; i++) {
    const word = wordAt(tokens, i);
    if (word === 'and' && betweens === 0) {
      parts.push((part = []));
      continue;
    }
    if (word === 'and') betweens--;
    if (word === 'between') betweens++;
    const end = isSymbol(tokens[i], '(') ? closingParenthesis(tokens, i) : i;
    if (end === i && !isPlain(tokens, i)) return [];
    part.push(...tokens.slice(i, end + 1));
    i = end;
  }
  return betweens === 0 && parts.every(({ length }) => length > 0) ? parts : [];
}

function isPlain(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (token?.kind !== 'symbol') return !structural.has(wordAt(tokens, at));
  const next = tokens[at + 1];
  if (token.text === ':') return isSymbol(next, ':') || isSymbol(tokens[at - 1], ':');
  if (token.text === '!') return isSymbol(next, '=');
  const arrow = (token.text === '-' || token.text === '=') && isSymbol(next, '>');
  return plainSymbols.has(token.text) && !arrow;
}

function isGroup(tokens: readonly Token[]): boolean {
  return (
    isSymbol(tokens[0], '(') &&
    closingParenthesis(tokens, 0) === tokens.length - 1 &&
    isSymbol(tokens.at(-1), ')')
  );
}

/** The keyword at a place; what follows a dot is a name, whatever the word. */
function wordAt(tokens: readonly Token[], at: number): string {
  return isSymbol(tokens[at - 1], '.') ? '' : keywordOf(tokens[at]);
}
