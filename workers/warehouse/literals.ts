/** Literals of SQL and partition values of the log, as values that compare as DuckDB compares them. */

import { isSymbol, keywordOf, type Token } from './sql-tokens.ts';

export type Comparable = string | bigint;

/** How the values of one column type are read. */
export interface ValueReader {
  /** The literal at a place and where it ends; null when it is none, or its meaning is not certain. */
  literal(tokens: readonly Token[], at: number): { value: Comparable; end: number } | null;
  /** A partition value; null when its meaning is not certain. */
  partition(text: string): Comparable | null;
  /** False when only equality is certain. */
  ordered: boolean;
}

const integerBits: Record<string, number> = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, BIGINT: 64 };

const dates: ValueReader = { literal: readDateLiteral, partition: readDate, ordered: true };
// DuckDB orders text by its UTF-8 bytes, JavaScript by UTF-16.
const texts: ValueReader = { literal: readTextLiteral, partition: (text) => text, ordered: false };

/** The reader for a DuckDB type, or null when values of that type are not compared here. */
export function valueReaderOf(type: string): ValueReader | null {
  if (type === 'DATE') return dates;
  if (type === 'VARCHAR') return texts;
  const bits = integerBits[type];
  return bits === undefined ? null : { literal: readInteger, partition: integerReader(bits), ordered: true };
}

/** ISO dates of the years 0001 to 9999 compare as text; others are not read. */
function readDate(text: string): string | null {
  const time =
    /^\d{4}-\d\d-\d\d$/.test(text) && text >= '0001' ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : null;
}

function integerReader(bits: number): (text: string) => bigint | null {
  return (text) => {
    const value = /^-?\d{1,18}$/.test(text) ? BigInt(text) : null;
    return value !== null && BigInt.asIntN(bits, value) === value ? value : null;
  };
}

/** `'2025-01-31'`, `date '2025-01-31'`, `'2025-01-31'::date`, `cast('2025-01-31' as date)`. */
function readDateLiteral(tokens: readonly Token[], at: number) {
  const word = keywordOf(tokens[at]);
  const cast = word === 'cast' && isSymbol(tokens[at + 1], '(');
  const text = cast ? at + 2 : word === 'date' ? at + 1 : at;
  const value = readDate(plainText(tokens[text]) ?? '');
  if (value === null) return null;
  const isDate = (place: number) => keywordOf(tokens[place]) === 'date';
  if (cast) {
    const closed =
      keywordOf(tokens[text + 1]) === 'as' && isDate(text + 2) && isSymbol(tokens[text + 3], ')');
    return closed ? { value, end: text + 4 } : null;
  }
  const typed = isSymbol(tokens[text + 1], ':') && isSymbol(tokens[text + 2], ':') && isDate(text + 3);
  return { value, end: typed ? text + 4 : text + 1 };
}

function readTextLiteral(tokens: readonly Token[], at: number) {
  const value = plainText(tokens[at]);
  return value === null ? null : { value, end: at + 1 };
}

function readInteger(tokens: readonly Token[], at: number) {
  const negative = isSymbol(tokens[at], '-');
  const digits = tokens[negative ? at + 1 : at];
  if (digits?.kind !== 'number' || !/^\d{1,18}$/.test(digits.text)) return null;
  const value = BigInt(digits.text);
  return { value: negative ? -value : value, end: negative ? at + 2 : at + 1 };
}

/** The content of a `'plain string'`; null for `E'...'`, whose escapes the lexer does not resolve, and for text that is no Unicode. */
function plainText(token: Token | undefined): string | null {
  if (token?.kind !== 'string' || /\p{Surrogate}/u.test(token.text)) return null;
  const quotes = token.text.split("'").length - 1;
  return token.end - token.start === token.text.length + quotes + 2 ? token.text : null;
}
