/** Dates and timestamps, in SQL and in the Delta log. */

import { isSymbol, keywordOf, type Token } from './sql-tokens.ts';
import { readerOf, type ValueReader } from './value-reader.ts';

const microsPerDay = 86_400_000_000n;
/** Statistics keep milliseconds; the rows may have any microsecond of the last one. */
const lastOfMillisecond = 999n;

export const dates: ValueReader = readerOf(readDateLiteral, readDate);
export const timestamps: ValueReader = readerOf(readTimestampLiteral, readTimestamp, {
  upperBound: readTimestampBound,
});

/** The content of a `'plain string'`; null for `E'...'`, whose escapes the lexer does not resolve, and for text that is no Unicode. */
export function plainText(token: Token | undefined): string | null {
  if (token?.kind !== 'string' || /\p{Surrogate}/u.test(token.text)) return null;
  const quotes = token.text.split("'").length - 1;
  return token.end - token.start === token.text.length + quotes + 2 ? token.text : null;
}

/** ISO dates of the years 0001 to 9999 compare as text; others are not read. */
function readDate(text: string): string | null {
  return daysOf(text) === null ? null : text;
}

/** Days since 1970-01-01. */
function daysOf(text: string): bigint | null {
  const time =
    /^\d{4}-\d\d-\d\d$/.test(text) && text >= '0001' ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text)) return null;
  return BigInt(time / 86_400_000);
}

/** Microseconds since the epoch; without a zone the time is UTC. */
function readTimestamp(text: string): bigint | null {
  return readClock(text.replace(/(Z|[+-]00:?00)$/, ''))?.micros ?? null;
}

function readTimestampBound(text: string): bigint | null {
  const clock = readClock(text.replace(/(Z|[+-]00:?00)$/, ''));
  return clock && clock.micros + (clock.digits > 3 ? 0n : lastOfMillisecond);
}

/** `2025-01-31`, and with a space or T `10:00`, `10:00:00`, `10:00:00.123456`. `digits` are those of the fraction. */
function readClock(text: string): { micros: bigint; digits: number } | null {
  const [, day = '', hours = '00', minutes = '00', seconds = '00', fraction = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?)?$/.exec(text) ?? [];
  const days = daysOf(day);
  if (days === null) return null;
  const second = BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds);
  const micros = days * microsPerDay + second * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
  return { micros, digits: fraction.length };
}

function readDateLiteral(tokens: readonly Token[], at: number) {
  const found = readTypedText(tokens, at);
  const value = found && found.type !== 'timestamp' ? readDate(found.text) : null;
  return found && value !== null ? { value, end: found.end } : null;
}

function readTimestampLiteral(tokens: readonly Token[], at: number) {
  const found = readTypedText(tokens, at);
  if (!found || (found.type === 'date' && readDate(found.text) === null)) return null;
  const value = readClock(found.text)?.micros ?? null;
  return value === null ? null : { value, end: found.end };
}

/** `'text'`, `date 'text'`, `'text'::date`, `cast('text' as date)`, and the same with `timestamp`. */
function readTypedText(tokens: readonly Token[], at: number) {
  const word = keywordOf(tokens[at]);
  const cast = word === 'cast' && isSymbol(tokens[at + 1], '(');
  const place = cast ? at + 2 : isTemporal(tokens[at]) ? at + 1 : at;
  const text = plainText(tokens[place]);
  if (text === null) return null;
  if (cast) {
    const closed =
      keywordOf(tokens[place + 1]) === 'as' &&
      isTemporal(tokens[place + 2]) &&
      isSymbol(tokens[place + 3], ')');
    return closed ? { text, type: keywordOf(tokens[place + 2]), end: place + 4 } : null;
  }
  if (place > at) return { text, type: word, end: place + 1 };
  const typed = isSymbol(tokens[at + 1], ':') && isSymbol(tokens[at + 2], ':') && isTemporal(tokens[at + 3]);
  return typed ? { text, type: keywordOf(tokens[at + 3]), end: at + 4 } : { text, type: '', end: at + 1 };
}

function isTemporal(token: Token | undefined): boolean {
  return ['date', 'timestamp'].includes(keywordOf(token));
}
