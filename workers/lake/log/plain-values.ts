import { type Data, DataType, Vector } from 'apache-arrow';
import { isNullAt } from '../parquet/buffers.ts';

/** Reads one row of a column. */
type ReadRow = (row: number) => unknown;

/**
 * Reads a column chunk as JSON would have it: maps and structs as objects, lists as arrays, 64-bit integers as numbers (sizes and
 * times are below 2^53); undefined for null. Many times faster than Arrow's own rows, which are proxies.
 */
export function plainReader(data: Data): ReadRow {
  const read = valueReader(data);
  return (row) => (isNullAt(data, row) ? undefined : read(row));
}

function valueReader(data: Data): ReadRow {
  if (DataType.isMap(data.type)) return mapReader(data);
  if (DataType.isList(data.type)) return listReader(data);
  if (DataType.isStruct(data.type)) return structReader(data);
  if (DataType.isUtf8(data.type)) return textReader(data);
  const vector = new Vector([data]);
  if (DataType.isInt(data.type) && data.type.bitWidth === 64) return (row) => Number(vector.get(row));
  return (row) => vector.get(row);
}

/** Text is decoded as a whole, and cut where each byte is one character. */
function textReader(data: Data): ReadRow {
  const vector = new Vector([data]);
  const bytes = data.values as Uint8Array;
  const text = new TextDecoder().decode(bytes);
  if (text.length !== bytes.length) return (row) => vector.get(row);
  const offsets = data.valueOffsets as Int32Array;
  return (row) => text.slice(offsets[row], offsets[row + 1]);
}

function mapReader(data: Data): ReadRow {
  const [keys, values] = (data.children[0]?.children ?? []).map(plainReader);
  return (row) => {
    const object: Record<string, unknown> = {};
    for (const index of rowsWithin(data, row)) object[String(keys?.(index))] = values?.(index) ?? null;
    return object;
  };
}

function listReader(data: Data): ReadRow {
  const [item] = data.children.map(plainReader);
  return (row) => rowsWithin(data, row).map((index) => item?.(index) ?? null);
}

function structReader(data: Data): ReadRow {
  const fields = (data.type as DataType & { children: { name: string }[] }).children;
  const readers = data.children.map(plainReader);
  return (row) => {
    const entries = fields.map(({ name }, index) => [name, readers[index]?.(row)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  };
}

/** Rows of the child that belong to one row of a list or map. */
function rowsWithin(data: Data, row: number): number[] {
  const offsets = data.valueOffsets as Int32Array;
  const [start = 0, end = 0] = [offsets[row], offsets[row + 1]];
  return Array.from({ length: end - start }, (_, index) => start + index);
}
