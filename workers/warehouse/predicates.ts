/** Conditions on one column that can be decided from a partition value alone. */

import { valueReaderOf, type Comparable, type ValueReader } from './literals.ts';
import { isIdentifier, isSymbol, keywordOf, type Token } from './sql-tokens.ts';

export interface Predicate {
  column: string;
  /** False when no row with that partition value can meet the condition. */
  admits(value: string | null): boolean;
}

/** The columns a condition may name, and the name its table goes by. */
export interface Scope {
  alias: Token;
  columns: readonly { name: string; type: string }[];
}

type Test = (value: Comparable) => boolean;

/** Unquoted, these are values and no columns. */
const valueWords = /^(true|false|null|default|user|rowid|(current|session|local)\w*)$/;
const mirrored: Record<string, string> = { '=': '=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

/**
 * Reads `column = literal` (also `<`, `<=`, `>`, `>=`, either way round), `column IN (literals)` and
 * `column BETWEEN literal AND literal`; null for everything else.
 */
export function readPredicate(conjunct: readonly Token[], scope: Scope): Predicate | null {
  const column = columnAt(conjunct, 0, scope);
  if (!column) return readMirrored(conjunct, scope);
  const { name, reader, end } = column;
  const test =
    readComparison(conjunct, end, reader) ??
    readBetween(conjunct, end, reader) ??
    readIn(conjunct, end, reader);
  return test && predicateOf(name, reader, test);
}

function predicateOf(column: string, reader: ValueReader, test: Test): Predicate {
  // None of these conditions is true of NULL; a value that cannot be read may be anything.
  const admits = (text: string | null) => {
    const value = text === null ? null : reader.partition(text);
    return text !== null && (value === null || test(value));
  };
  return { column, admits };
}

function columnAt(tokens: readonly Token[], at: number, { alias, columns }: Scope) {
  const qualified = isSymbol(tokens[at + 1], '.');
  if (qualified && !sameName(tokens[at], alias.text)) return null;
  const token = tokens[qualified ? at + 2 : at];
  if (!qualified && valueWords.test(keywordOf(token))) return null;
  const column = columns.find(({ name }) => sameName(token, name));
  const reader = column && valueReaderOf(column.type);
  return column && reader ? { name: column.name, reader, end: qualified ? at + 3 : at + 1 } : null;
}

function sameName(token: Token | undefined, name: string): boolean {
  return isIdentifier(token) && token.text.toLowerCase() === name.toLowerCase();
}

function readComparison(tokens: readonly Token[], at: number, reader: ValueReader): Test | null {
  const operator = operatorAt(tokens, at);
  if (operator === null) return null;
  const literal = reader.literal(tokens, at + operator.length);
  return literal?.end === tokens.length ? compareWith(operator, literal.value, reader) : null;
}

/** `literal = column`; the type of the column, which comes last, says how to read the literal. */
function readMirrored(tokens: readonly Token[], scope: Scope): Predicate | null {
  const at = tokens.length - (isSymbol(tokens.at(-2), '.') ? 3 : 1);
  const column = at > 0 ? columnAt(tokens, at, scope) : null;
  const literal = column?.reader.literal(tokens, 0);
  const operator = literal && operatorAt(tokens, literal.end);
  if (!column || !literal || !operator || literal.end + operator.length !== at) return null;
  const test = compareWith(mirrored[operator] ?? '', literal.value, column.reader);
  return test && predicateOf(column.name, column.reader, test);
}

function readBetween(tokens: readonly Token[], at: number, reader: ValueReader): Test | null {
  if (keywordOf(tokens[at]) !== 'between' || !reader.ordered) return null;
  const low = reader.literal(tokens, at + 1);
  if (!low || keywordOf(tokens[low.end]) !== 'and') return null;
  const high = reader.literal(tokens, low.end + 1);
  return high?.end === tokens.length ? (value) => low.value <= value && value <= high.value : null;
}

function readIn(tokens: readonly Token[], at: number, reader: ValueReader): Test | null {
  if (keywordOf(tokens[at]) !== 'in' || !isSymbol(tokens[at + 1], '(')) return null;
  const values = new Set<Comparable>();
  for (let next = at + 2; ;) {
    const literal = reader.literal(tokens, next);
    if (!literal) return null;
    values.add(literal.value);
    next = literal.end + 1;
    if (isSymbol(tokens[literal.end], ')'))
      return next === tokens.length ? (value) => values.has(value) : null;
    if (!isSymbol(tokens[literal.end], ',')) return null;
  }
}

function compareWith(operator: string, literal: Comparable, { ordered }: ValueReader): Test | null {
  if (operator === '=') return (value) => value === literal;
  if (!ordered) return null;
  switch (operator) {
    case '<':
      return (value) => value < literal;
    case '<=':
      return (value) => value <= literal;
    case '>':
      return (value) => value > literal;
    case '>=':
      return (value) => value >= literal;
    default:
      return null;
  }
}

/** `=`, `<`, `>`, `<=` or `>=`; an operator with more to it is none of these, and then no literal follows. */
function operatorAt(tokens: readonly Token[], at: number): string | null {
  const [first, second] = [tokens[at], tokens[at + 1]];
  if (first?.kind !== 'symbol' || !'=<>'.includes(first.text)) return null;
  const joined = second?.kind === 'symbol' && second.start === first.end && first.text !== '=';
  return joined && second.text === '=' ? `${first.text}=` : first.text;
}
