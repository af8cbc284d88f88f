import { type Data, type DataType } from 'apache-arrow';
import { arrowTypeOf } from '../schema/arrow-types.ts';
import { bitAt, dataOf, isNullAt, valueBytes } from './buffers.ts';
import { nulls } from '../schema/cast.ts';
import { formatDate, formatMicros, parseDate, parseMicros } from './dates.ts';
import { formatDecimal, parseDecimal } from './decimals.ts';
import { SchemaError } from '../errors.ts';
import { gather } from './gather.ts';
import { decimalOf } from '../schema/schema.ts';
import type { DeltaType, StructField } from '../types.ts';

/** A partition value as the log writes it (PROTOCOL "Partition Value Serialization"); null for null and for empty text. */
export function formatPartitionValue(data: Data, row: number, type: DeltaType): string | null {
  if (isNullAt(data, row)) return null;
  if (type === 'string') return readText(data, row) || null;
  if (type === 'boolean') return String(bitAt(data.values as Uint8Array, data.offset + row));
  const decimal = decimalOf(type);
  if (decimal) return formatDecimal(readWide(data, row), decimal.scale);
  const value = (data.values as Int32Array | BigInt64Array)[row] ?? 0;
  if (type === 'date') return requireInRange(formatDate(Number(value)), value);
  if (type === 'timestamp') return `${requireInRange(formatMicros(BigInt(value), 'T'), value)}Z`;
  if (type === 'timestamp_ntz') return requireInRange(formatMicros(BigInt(value), ' '), value);
  return value.toString();
}

function requireInRange(text: string | undefined, value: number | bigint): string {
  if (text === undefined)
    throw new SchemaError(`A partition value lies outside years 0001 to 9999 (${value} since 1970-01-01).`);
  return text;
}

/** A column chunk that repeats a partition value. @throws SchemaError when the text is no value of the column's type */
export function repeatPartitionValue(
  text: string | null | undefined,
  column: StructField,
  length: number,
): Data {
  const type = arrowTypeOf(column.type);
  if (text === null || text === undefined || text === '') return nulls(type, length);
  const values = parseValue(text, column.type);
  if (values === undefined) {
    throw new SchemaError(
      `Partition value ${JSON.stringify(text)} of column ${column.name} is no ${JSON.stringify(column.type)}.`,
    );
  }
  return gather(singleValue(type, values), new Int32Array(length));
}

/** A partition value as we write it, whoever wrote it. @throws SchemaError when it is no value of the column's type */
export function normalizePartitionValue(text: string | null | undefined, column: StructField): string | null {
  return formatPartitionValue(repeatPartitionValue(text, column, 1), 0, column.type);
}

function singleValue(type: DataType, values: ArrayBufferView): Data {
  const isText = values instanceof TextBytes;
  return dataOf(type, 1, isText ? { offsets: Int32Array.of(0, values.byteLength), values } : { values });
}

/** Marks bytes that need offsets. */
class TextBytes extends Uint8Array {}

function parseValue(text: string, type: DeltaType): ArrayBufferView | undefined {
  const decimal = decimalOf(type);
  if (decimal) return wide(parseDecimal(text, decimal.scale));
  switch (type) {
    case 'string':
      return new TextBytes(new TextEncoder().encode(text));
    case 'boolean':
      return /^(true|false)$/i.test(text) ? Uint8Array.of(text.toLowerCase() === 'true' ? 1 : 0) : undefined;
    case 'date':
      return typed(Int32Array, parseDate(text));
    case 'timestamp':
    case 'timestamp_ntz':
      return long(parseMicros(text));
    case 'long':
      return /^-?\d+$/.test(text) ? long(BigInt(text)) : undefined;
    case 'integer':
      return typed(Int32Array, integer(text));
    case 'short':
      return typed(Int16Array, integer(text));
    case 'byte':
      return typed(Int8Array, integer(text));
    case 'double':
      return Float64Array.of(Number(text));
    case 'float':
      return Float32Array.of(Number(text));
    default:
      return undefined;
  }
}

function integer(text: string): number | undefined {
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}

function typed(
  ArrayType: { of(value: number): ArrayBufferView },
  value: number | undefined,
): ArrayBufferView | undefined {
  return value === undefined ? undefined : ArrayType.of(value);
}

function long(value: bigint | undefined): ArrayBufferView | undefined {
  return value === undefined ? undefined : BigInt64Array.of(value);
}

function wide(value: bigint | undefined): ArrayBufferView | undefined {
  return value === undefined ? undefined : BigInt64Array.of(BigInt.asIntN(64, value), value >> 64n);
}

function readText(data: Data, row: number): string {
  const offsets = data.valueOffsets as Int32Array;
  return new TextDecoder().decode(valueBytes(data).slice(offsets[row], offsets[row + 1]));
}

function readWide(data: Data, row: number): bigint {
  const bytes = valueBytes(data);
  const view = new DataView(bytes.buffer, bytes.byteOffset + row * 16, 16);
  return (view.getBigInt64(8, true) << 64n) | view.getBigUint64(0, true);
}
