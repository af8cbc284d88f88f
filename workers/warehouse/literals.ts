/** Literals of SQL and values of the Delta log, as values that compare as DuckDB compares them. */

import { isSymbol, type Token } from './sql-tokens.ts';
import { dates, plainText, timestamps } from './temporal-literals.ts';
import { readerOf, type Comparable, type ValueReader } from './value-reader.ts';

const integerBits: Record<string, number> = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, BIGINT: 64 };
/** Digits after the point that decimals are compared with. */
const scale = 18;
/** Of so many digits every number is a double of its own. */
const exactDigits = 15;

const texts = readerOf(readTextLiteral, inByteOrder, { upperBound: readTextBound });
const decimals = readerOf((tokens, at) => readNumber(tokens, at, readDecimal), readDecimal);
const doubles = readerOf((tokens, at) => readNumber(tokens, at, readExactDouble), readDouble, {
  hasNaN: true,
});

/** The reader for a DuckDB type, or null when values of that type are not compared here. */
export function valueReaderOf(type: string): ValueReader | null {
  if (type === 'DATE') return dates;
  if (type === 'TIMESTAMP') return timestamps;
  if (type === 'VARCHAR') return texts;
  if (type === 'DOUBLE') return doubles;
  if (/^DECIMAL\(\d+,\s*\d+\)$/.test(type)) return decimals;
  const bits = integerBits[type];
  if (bits === undefined) return null;
  return readerOf((tokens, at) => readNumber(tokens, at, readInteger), integerReader(bits));
}

function readInteger(text: string): bigint | null {
  return /^-?\d{1,19}$/.test(text) ? BigInt(text) : null;
}

function integerReader(bits: number): (text: string) => bigint | null {
  return (text) => {
    const value = readInteger(text);
    return value !== null && BigInt.asIntN(bits, value) === value ? value : null;
  };
}

function readDecimal(text: string): bigint | null {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d{1,38})(?:\.(\d{1,18}))?$/.exec(text) ?? [];
  if (whole === '') return null;
  const value = BigInt(whole + fraction.padEnd(scale, '0'));
  return sign === '-' ? -value : value;
}

function readDouble(text: string): number | null {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : null;
}

function readExactDouble(text: string): number | null {
  const isExact = /^-?[\d.]+$/.test(text) && text.replace(/\D/g, '').length <= exactDigits;
  return isExact ? readDouble(text) : null;
}

function readNumber<T extends Comparable>(
  tokens: readonly Token[],
  at: number,
  read: (text: string) => T | null,
): { value: T; end: number } | null {
  const sign = isSymbol(tokens[at], '-') ? '-' : '';
  const place = at + sign.length;
  const digits = tokens[place];
  const value = digits?.kind === 'number' ? read(sign + digits.text) : null;
  return value === null ? null : { value, end: place + 1 };
}

function readTextLiteral(tokens: readonly Token[], at: number) {
  const text = plainText(tokens[at]);
  return text === null ? null : { value: inByteOrder(text), end: at + 1 };
}

/** Old writers of Delta end a cut bound with U+FFFD, which is not above every character. */
function readTextBound(text: string): string | null {
  return text.endsWith('\ufffd') ? null : inByteOrder(text);
}

/** DuckDB orders text by its UTF-8 bytes, JavaScript by UTF-16 units: surrogates move above all other units. */
function inByteOrder(text: string): string {
  return text.replace(/[\ud800-\uffff]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800);
  });
}
