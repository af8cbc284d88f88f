/** What statistics tell of a file that is not read (PROTOCOL "Per-file Statistics"; delta.md section 5). */

import { parseDecimal } from '../parquet/decimals.ts';
import { formatMicros, parseDate, parseMicros } from '../parquet/dates.ts';
import { decimalOf } from '../schema/schema.ts';
import type { AddFile, DeltaType, FileBounds, StructType } from '../types.ts';
import { type ExactJson, NumberText, parseExactJson } from './json.ts';

type Reader = (value: ExactJson | undefined) => string | undefined;

const INTEGER_BITS: Record<string, number> = { byte: 8, short: 16, integer: 32, long: 64 };

/** Digits that a double keeps: some writers pass decimals through one, and round longer ones. */
const EXACT_DIGITS = 15;

/** What a bound that was cut to milliseconds may have lost, in microseconds. */
const CUT_MICROS = 999n;

/**
 * What is known of a file from its add action. Statistics are optional, and other writers' may be of any form: what is no
 * value of its column's type is left out, which is always safe. The bounds of floats say nothing of NaN.
 */
export function boundsOf(
  { partitionValues, stats }: Pick<AddFile, 'partitionValues' | 'stats'>,
  schema: StructType,
): FileBounds {
  const found = readObject(stats);
  const [minValues, maxValues, nullCounts] = ['minValues', 'maxValues', 'nullCount'].map((key) =>
    membersOf(found.get(key)),
  );
  const bounds: FileBounds['bounds'] = {};
  for (const { name, type } of schema.fields) {
    if (Object.hasOwn(partitionValues, name)) continue;
    const bound = {
      min: readerOf(type, 0n)(minValues?.get(name)),
      max: readerOf(type, CUT_MICROS)(maxValues?.get(name)),
      nullCount: readCount(nullCounts?.get(name)),
    };
    if (Object.values(bound).some((value) => value !== undefined)) bounds[name] = bound;
  }
  return { partitionValues, bounds, numRecords: readCount(found.get('numRecords')) };
}

/** How a bound of a column is read. @param lost what a timestamp in milliseconds may lack, in microseconds */
function readerOf(type: DeltaType, lost: bigint): Reader {
  if (typeof type !== 'string') return () => undefined;
  const decimal = decimalOf(type);
  if (decimal) return readNumber((text) => isExactDecimal(text, decimal.scale));
  const bits = INTEGER_BITS[type];
  if (bits !== undefined) return readNumber((text) => isInteger(text, bits));
  switch (type) {
    case 'double':
    case 'float':
      return readNumber((text) => Number.isFinite(Number(text)));
    case 'string':
      return readText((text) => text);
    case 'date':
      return readText((text) => (parseDate(text) === undefined ? undefined : text));
    case 'timestamp':
    case 'timestamp_ntz':
      return readText((text) => readInstant(text, lost));
    default:
      return () => undefined;
  }
}

function readNumber(test: (text: string) => boolean): Reader {
  return (value) => (value instanceof NumberText && test(value.text) ? value.text : undefined);
}

function readText(read: (text: string) => string | undefined): Reader {
  return (value) => (typeof value === 'string' ? read(value) : undefined);
}

function isInteger(text: string, bits: number): boolean {
  return /^-?\d+$/.test(text) && BigInt.asIntN(bits, BigInt(text)) === BigInt(text);
}

function isExactDecimal(text: string, scale: number): boolean {
  if (parseDecimal(text, scale) === undefined) return false;
  return text.replace(/^[+-]?0*/, '').replace('.', '').length <= EXACT_DIGITS;
}

function readInstant(text: string, lost: bigint): string | undefined {
  const micros = parseMicros(text);
  if (micros === undefined) return undefined;
  const isCut = !/\.\d{4,}/.test(text);
  return formatMicros(micros + (isCut ? lost : 0n), ' ');
}

/** A count of rows; undefined for anything else. */
function readCount(value: ExactJson | undefined): number | undefined {
  const count = value instanceof NumberText && /^\d+$/.test(value.text) ? Number(value.text) : Number.NaN;
  return Number.isSafeInteger(count) ? count : undefined;
}

function readObject(text: string | undefined): Map<string, ExactJson> {
  try {
    return membersOf(parseExactJson(text ?? '{}'));
  } catch (cause) {
    if (cause instanceof SyntaxError) return new Map();
    throw cause;
  }
}

/** Members by name; a map, since columns may be named like anything every object has. */
function membersOf(value: ExactJson | undefined): Map<string, ExactJson> {
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return new Map(plain && !(value instanceof NumberText) ? Object.entries(value) : []);
}
