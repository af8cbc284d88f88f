/** Splitting a text into statements and deciding what each may do. */

import type { Edit } from './edits.ts';
import { closingParenthesis, isSymbol, keywordOf, tokenizeSql, type Token } from './sql-tokens.ts';

/** One statement of a text. */
export interface Statement {
  sql: string;
  /** Offset of `sql` in the whole text. */
  start: number;
  tokens: Token[];
  /** What was changed in it since it was cut out of the text. */
  edits?: readonly Edit[];
}

/**
 * What a statement does:
 * `select` reads rows; `metadata` reads names and types; `temporary` makes an object that only this session sees;
 * `write` changes a named object, which is fine only if that object is temporary; `refused` never runs;
 * `other` is left to DuckDB (and mostly is a syntax error).
 */
export type StatementKind = 'select' | 'metadata' | 'temporary' | 'write' | 'refused' | 'other';

export interface StatementClass {
  kind: StatementKind;
  /** Leading keyword in lower case. */
  verb: string;
  /** Index of the token that names the target of a write, or of a temporary object's definition. */
  target: number;
}

const selects = new Set(['select', 'with', 'from', 'values', 'table', 'pivot', 'unpivot', 'summarize']);
const metadata = new Set(['describe', 'desc', 'show', 'pragma']);
const refused = new Set(
  (
    'attach detach copy export import install load force checkpoint vacuum analyze begin start commit end rollback abort use set ' +
    'reset grant comment prepare execute deallocate call refresh'
  ).split(' '),
);
const writes = new Set(['insert', 'update', 'delete', 'truncate', 'merge', 'drop', 'alter']);
const mainVerbs = new Set(['select', 'from', 'values', 'table', 'pivot', 'unpivot', ...writes]);

/** The statements of a text, empty ones left out; token offsets are those of the statement's own `sql`. */
export function splitStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  let current: Token[] = [];
  const finish = () => {
    const first = current[0];
    const last = current.at(-1);
    if (first && last) statements.push(cutStatement(text, first.start, last.end, current));
    current = [];
  };
  for (const token of tokenizeSql(text)) {
    if (isSymbol(token, ';')) finish();
    else current.push(token);
  }
  finish();
  return statements;
}

/** Decides by keywords alone; DuckDB's parser has the last word on everything that passes. */
export function classifyStatement(tokens: readonly Token[]): StatementClass {
  const at = firstWord(tokens);
  const verb = keywordOf(tokens[at]);
  if (verb === 'explain') return classifyExplained(tokens, at);
  if (verb === 'with') return classifyWith(tokens, at);
  if (verb === 'create') return classifyCreate(tokens, at);
  if (verb === 'set' && keywordOf(tokens[at + 1]) === 'variable')
    return { kind: 'temporary', verb, target: at + 2 };
  if (writes.has(verb)) return { kind: 'write', verb, target: writeTarget(tokens, at) };
  if (selects.has(verb)) return { kind: 'select', verb, target: at };
  if (metadata.has(verb)) return { kind: 'metadata', verb, target: at };
  return { kind: refused.has(verb) ? 'refused' : 'other', verb, target: at };
}

function cutStatement(text: string, start: number, end: number, tokens: Token[]): Statement {
  const shifted = tokens.map((token) => ({ ...token, start: token.start - start, end: token.end - start }));
  return { sql: text.slice(start, end), start, tokens: shifted };
}

function firstWord(tokens: readonly Token[]): number {
  let at = 0;
  while (isSymbol(tokens[at], '(')) at++;
  return at;
}

function classifyExplained(tokens: readonly Token[], at: number): StatementClass {
  let next = at + 1;
  if (keywordOf(tokens[next]) === 'analyze') next++;
  if (isSymbol(tokens[next], '(')) next = closingParenthesis(tokens, next) + 1;
  const inner = classifyStatement(tokens.slice(next));
  return { ...inner, target: inner.target + next };
}

/** The verb after the common table expressions: the first one outside parentheses that is no name of an expression. */
function classifyWith(tokens: readonly Token[], at: number): StatementClass {
  for (let i = at + 1; i < tokens.length; i++) {
    if (isSymbol(tokens[i], '(')) i = closingParenthesis(tokens, i);
    const verb = keywordOf(tokens[i]);
    const named = keywordOf(tokens[i + 1]) === 'as' || (isSymbol(tokens[i + 1], '(') && writes.has(verb));
    if (named || !mainVerbs.has(verb)) continue;
    if (writes.has(verb)) return { kind: 'write', verb, target: writeTarget(tokens, i) };
    return { kind: 'select', verb: 'with', target: i };
  }
  return { kind: 'select', verb: 'with', target: at };
}

function classifyCreate(tokens: readonly Token[], at: number): StatementClass {
  const words = tokens.slice(at + 1, at + 5).map(keywordOf);
  const object = words.findIndex((word) =>
    ['table', 'view', 'macro', 'function', 'type', 'sequence'].includes(word),
  );
  const temporary = words
    .slice(0, object < 0 ? 0 : object)
    .some((word) => word === 'temp' || word === 'temporary');
  let target = at + 1 + object + 1;
  if (keywordOf(tokens[target]) === 'if') target += 3;
  return { kind: temporary ? 'temporary' : 'refused', verb: 'create', target };
}

function writeTarget(tokens: readonly Token[], at: number): number {
  const skipped = new Set([
    'or',
    'replace',
    'ignore',
    'into',
    'from',
    'table',
    'view',
    'macro',
    'function',
    'if',
    'exists',
    'only',
  ]);
  let target = at + 1;
  while (skipped.has(keywordOf(tokens[target]))) target++;
  return target;
}
