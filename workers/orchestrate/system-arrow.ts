/** Rows of system tables as Arrow IPC, and back. */

import {
  Field,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Timestamp,
  TimeUnit,
  Utf8,
  type Data,
  type DataType,
} from 'apache-arrow';
import type { StructField, StructType } from '../lake/types.ts';
import type { SystemRow, SystemValue } from './system-schema.ts';

/**
 * A complete IPC stream with the columns of `schema`. Plain Utf8, never a dictionary, and a buffer of its own for each
 * part of each column: tableToIPC of apache-arrow 17 writes a broken stream when columns share one.
 */
export function encodeRows(schema: StructType, rows: SystemRow[]): Uint8Array {
  const columns = schema.fields.map((field) =>
    buildColumn(
      field,
      rows.map((row) => row[field.name] ?? null),
    ),
  );
  const fields = schema.fields.map(({ name, nullable }, i) => new Field(name, typeAt(columns, i), nullable));
  const data = makeData({ type: new Struct(fields), length: rows.length, nullCount: 0, children: columns });
  return tableToIPC(new Table(new RecordBatch(new Schema(fields), data)), 'stream');
}

/** The rows of an IPC stream; columns that are missing in it are null. */
export function decodeRows(schema: StructType, ipc: Uint8Array): SystemRow[] {
  const table = tableFromIPC(ipc);
  const rows: SystemRow[] = Array.from({ length: table.numRows }, () => ({}));
  for (const { name, type } of schema.fields) {
    const column = table.getChild(name);
    rows.forEach((row, index) => {
      row[name] = readValue(type === 'timestamp', column?.get(index));
    });
  }
  return rows;
}

function typeAt(columns: Data[], index: number): DataType {
  const column = columns[index];
  if (!column) throw new RangeError(`no column ${index}`);
  return column.type as DataType;
}

function buildColumn(field: StructField, values: SystemValue[]): Data {
  const length = values.length;
  const { nullBitmap, nullCount } = buildValidity(values);
  const bigints = () => BigInt64Array.from(values, (value) => BigInt(Math.round(Number(value ?? 0))));
  switch (field.type) {
    case 'string':
      return makeData({ type: new Utf8(), length, nullCount, nullBitmap, ...buildText(values) });
    case 'integer':
      return makeData({
        type: new Int32(),
        length,
        nullCount,
        nullBitmap,
        data: Int32Array.from(values, (value) => Number(value ?? 0)),
      });
    case 'long':
      return makeData({ type: new Int64(), length, nullCount, nullBitmap, data: bigints() });
    case 'timestamp':
      return makeData({
        type: new Timestamp(TimeUnit.MICROSECOND, 'UTC'),
        length,
        nullCount,
        nullBitmap,
        data: bigints(),
      });
    default:
      throw new TypeError(
        `system column "${field.name}": type ${JSON.stringify(field.type)} is not used here`,
      );
  }
}

/** One bit per value, set when it is there. */
function buildValidity(values: SystemValue[]): { nullBitmap: Uint8Array; nullCount: number } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  values.forEach((value, i) => {
    if (value === null) nullCount += 1;
    else nullBitmap[i >> 3] = (nullBitmap[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return { nullBitmap, nullCount };
}

function buildText(values: SystemValue[]): { valueOffsets: Int32Array; data: Uint8Array } {
  const encoder = new TextEncoder();
  const texts = values.map((value) => encoder.encode(value === null ? '' : String(value)));
  const valueOffsets = new Int32Array(values.length + 1);
  texts.forEach((text, i) => (valueOffsets[i + 1] = (valueOffsets[i] ?? 0) + text.byteLength));
  const data = new Uint8Array(valueOffsets[values.length] ?? 0);
  texts.forEach((text, i) => data.set(text, valueOffsets[i]));
  return { valueOffsets, data };
}

/** apache-arrow reads a timestamp as milliseconds, with the microseconds behind the point. */
function readValue(isTimestamp: boolean, value: unknown): SystemValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return isTimestamp ? Math.round(value * 1000) : value;
  return String(value);
}
