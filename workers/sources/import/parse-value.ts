import { parseDay, parseDigits } from '../calendar.ts';
import type { CellValue } from '../columns/cell-builder.ts';
import type { ColumnType } from '../columns/schema.ts';

/** Reads the text of a value; undefined when it does not spell one. */
export type ParseValue = (text: string) => CellValue | undefined;

/** The parser of a column type. Empty text is null, and never reaches a parser. */
export function parserOf(type: ColumnType): ParseValue {
  switch (type) {
    case 'string':
      return (text) => text;
    case 'boolean':
      return parseBoolean;
    case 'integer':
      return parseInteger;
    case 'long':
      return parseLong;
    case 'date':
      return parseDay;
    case 'timestamp':
      return parseTimestamp;
    case 'decimal(18,2)':
      return parseCents;
  }
}

/** What a column type looks like in a CSV file, for messages. */
export function describeType(type: ColumnType): string {
  switch (type) {
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return 'a whole number of 32 bits';
    case 'long':
      return 'a whole number of 64 bits';
    case 'date':
      return 'a date YYYY-MM-DD';
    case 'timestamp':
      return 'a timestamp YYYY-MM-DD HH:MM:SS, with at most 6 decimals';
    case 'decimal(18,2)':
      return 'a decimal(18,2) such as 1234.56';
  }
}

const TRUE_TEXTS = ['true', 't', '1'];
const FALSE_TEXTS = ['false', 'f', '0'];

function parseBoolean(text: string): number | undefined {
  const lower = text.toLowerCase();
  if (TRUE_TEXTS.includes(lower)) return 1;
  return FALSE_TEXTS.includes(lower) ? 0 : undefined;
}

function parseInteger(text: string): number | undefined {
  // `.0`: pandas writes whole numbers so when the column has nulls.
  if (!/^[+-]?\d{1,15}(\.0*)?$/.test(text)) return undefined;
  const value = Number(text);
  return value === (value | 0) ? value | 0 : undefined;
}

function parseLong(text: string): bigint | undefined {
  if (!/^-?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** Cents of a decimal; digits after the second must be zeros, so that nothing is lost. */
function parseCents(text: string): number | bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d{0,2})0*)?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = (whole + fraction.padEnd(2, '0')).replace(/^0+(?=\d)/, '');
  if (digits.length > 18) return undefined;
  if (digits.length > 15) return sign === '-' ? -BigInt(digits) : BigInt(digits);
  return sign === '-' ? 0 - Number(digits) : Number(digits);
}

const MICROS_PER_DAY = 86_400_000_000;

/** Microseconds since 1970 UTC of `YYYY-MM-DD HH:MM:SS[.ffffff]` or its T form, optionally with Z or an offset. */
function parseTimestamp(text: string): number | bigint | undefined {
  const day = parseDay(text.slice(0, 10));
  const separator = text.charCodeAt(10);
  if (day === undefined || (separator !== 32 && separator !== 84)) return undefined;
  const time = parseTime(text);
  const zoneAt = endOfFraction(text);
  const fraction = parseFraction(text, zoneAt);
  const offset = parseOffset(text.slice(zoneAt));
  if (time === undefined || fraction === undefined || offset === undefined) return undefined;
  const micros = (time - offset) * 1_000_000 + fraction;
  const total = day * MICROS_PER_DAY + micros;
  return Number.isSafeInteger(total) ? total : BigInt(day) * BigInt(MICROS_PER_DAY) + BigInt(micros);
}

/** Seconds of the `HH:MM:SS` that starts at position 11. */
function parseTime(text: string): number | undefined {
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined;
  const hour = parseDigits(text, 11, 13);
  const minute = parseDigits(text, 14, 16);
  const second = parseDigits(text, 17, 19);
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  return isTime ? (hour * 60 + minute) * 60 + second : undefined;
}

function endOfFraction(text: string): number {
  if (text.charCodeAt(19) !== 46) return 19;
  let end = 20;
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
  return end;
}

/** Microseconds of the `.ffffff` at position 19; undefined when there are finer ones that are not zero. */
function parseFraction(text: string, end: number): number | undefined {
  if (end === 19) return 0;
  if (end === 20) return undefined;
  const digits = text.slice(20, end);
  return /^0*$/.test(digits.slice(6)) ? Number(digits.slice(0, 6).padEnd(6, '0')) : undefined;
}

/** Seconds east of UTC: nothing, `Z`, `UTC`, `+01`, `+01:00`, `+0100`. */
function parseOffset(zone: string): number | undefined {
  if (zone === '' || zone === 'Z' || zone === ' UTC') return 0;
  const match = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(zone);
  if (!match) return undefined;
  const seconds = (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60;
  return match[1] === '-' ? -seconds : seconds;
}
