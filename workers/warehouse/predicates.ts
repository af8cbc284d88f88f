/** Conditions on one column that can be decided from what is known of its values. */

import { valueReaderOf } from './literals.ts';
import { rangeOf, type ValueRange } from './ranges.ts';
import { isIdentifier, isSymbol, keywordOf, type Token } from './sql-tokens.ts';
import type { RowBounds } from './types.ts';
import type { Comparable, ValueReader } from './value-reader.ts';

/** False when none of the rows can meet the condition. */
export type Predicate = (rows: RowBounds) => boolean;

/** The columns a condition may name, and the name its table goes by; without one, no name is qualified. */
export interface Scope {
  alias: Token | null;
  columns: readonly { name: string; type: string }[];
}

type Test = (range: ValueRange) => boolean;

interface ColumnPlace {
  name: string;
  reader: ValueReader | null;
  end: number;
}

/** Unquoted, these are values and no columns. */
const valueWords = /^(true|false|null|default|user|rowid|(current|session|local)\w*)$/;
const mirrored: Record<string, string> = { '=': '=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

/**
 * Reads `column = literal` (also `<`, `<=`, `>`, `>=`, either way round), `column IN (literals)`,
 * `column BETWEEN literal AND literal`, `column IS [NOT] NULL`; null for everything else.
 */
export function readPredicate(conjunct: readonly Token[], scope: Scope): Predicate | null {
  const column = columnAt(conjunct, 0, scope);
  if (!column) return readMirrored(conjunct, scope);
  const { reader, end } = column;
  const nullTest = readNullTest(conjunct, end);
  if (nullTest) return predicateOf(column, nullTest);
  const test =
    reader &&
    (readComparison(conjunct, end, reader) ??
      readBetween(conjunct, end, reader) ??
      readIn(conjunct, end, reader));
  return test && predicateOf(column, ofValues(test));
}

function predicateOf({ name, reader }: ColumnPlace, test: Test): Predicate {
  return (rows) => test(rangeOf(rows, name, reader));
}

/** Comparisons are never true of NULL. */
function ofValues(test: Test): Test {
  return (range) => range.mayHaveValue && test(range);
}

function columnAt(tokens: readonly Token[], at: number, { alias, columns }: Scope): ColumnPlace | null {
  const qualified = isSymbol(tokens[at + 1], '.');
  if (qualified && !(alias && sameName(tokens[at], alias.text))) return null;
  const token = tokens[qualified ? at + 2 : at];
  if (!qualified && valueWords.test(keywordOf(token))) return null;
  const column = columns.find(({ name }) => sameName(token, name));
  if (!column) return null;
  return { name: column.name, reader: valueReaderOf(column.type), end: qualified ? at + 3 : at + 1 };
}

function sameName(token: Token | undefined, name: string): boolean {
  return isIdentifier(token) && token.text.toLowerCase() === name.toLowerCase();
}

/** `IS NULL`, `IS NOT NULL`, `ISNULL`, `NOTNULL`. */
function readNullTest(tokens: readonly Token[], at: number): Test | null {
  const words = tokens.slice(at).map(keywordOf).join(' ');
  if (words === 'is null' || words === 'isnull') return ({ mayBeNull }) => mayBeNull;
  if (words === 'is not null' || words === 'notnull') return ({ mayHaveValue }) => mayHaveValue;
  return null;
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
  const literal = column?.reader?.literal(tokens, 0);
  const operator = literal && operatorAt(tokens, literal.end);
  if (!column?.reader || !literal || !operator || literal.end + operator.length !== at) return null;
  const test = compareWith(mirrored[operator] ?? '', literal.value, column.reader);
  return test && predicateOf(column, ofValues(test));
}

function readBetween(tokens: readonly Token[], at: number, reader: ValueReader): Test | null {
  if (keywordOf(tokens[at]) !== 'between') return null;
  const low = reader.literal(tokens, at + 1);
  if (!low || keywordOf(tokens[low.end]) !== 'and') return null;
  const high = reader.literal(tokens, low.end + 1);
  if (high?.end !== tokens.length) return null;
  return (range) => reaches(range, low.value) && startsBy(range, high.value);
}

function readIn(tokens: readonly Token[], at: number, reader: ValueReader): Test | null {
  if (keywordOf(tokens[at]) !== 'in' || !isSymbol(tokens[at + 1], '(')) return null;
  const values: Comparable[] = [];
  for (let next = at + 2; ;) {
    const literal = reader.literal(tokens, next);
    if (!literal) return null;
    values.push(literal.value);
    next = literal.end + 1;
    if (isSymbol(tokens[literal.end], ')'))
      return next === tokens.length ? (range) => values.some((value) => mayHold(range, value)) : null;
    if (!isSymbol(tokens[literal.end], ',')) return null;
  }
}

function compareWith(operator: string, value: Comparable, { hasNaN }: ValueReader): Test | null {
  switch (operator) {
    case '=':
      return (range) => mayHold(range, value);
    case '<':
      return ({ min }) => min === null || min < value;
    case '<=':
      return (range) => startsBy(range, value);
    case '>':
      return ({ max }) => hasNaN || max === null || max > value;
    case '>=':
      return (range) => hasNaN || reaches(range, value);
    default:
      return null;
  }
}

function mayHold(range: ValueRange, value: Comparable): boolean {
  return startsBy(range, value) && reaches(range, value);
}

function startsBy({ min }: ValueRange, value: Comparable): boolean {
  return min === null || min <= value;
}

function reaches({ max }: ValueRange, value: Comparable): boolean {
  return max === null || max >= value;
}

/** `=`, `<`, `>`, `<=` or `>=`; an operator with more to it is none of these, and then no literal follows. */
function operatorAt(tokens: readonly Token[], at: number): string | null {
  const [first, second] = [tokens[at], tokens[at + 1]];
  if (first?.kind !== 'symbol' || !'=<>'.includes(first.text)) return null;
  const joined = second?.kind === 'symbol' && second.start === first.end && first.text !== '=';
  return joined && second.text === '=' ? `${first.text}=` : first.text;
}
