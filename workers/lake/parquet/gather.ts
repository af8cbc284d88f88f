import { type Data, DataType } from 'apache-arrow';
import { bitAt, bitmapLength, byteWidthOf, dataOf, isNullAt, setBit, valueBytes } from './buffers.ts';
import { SchemaError } from '../errors.ts';

/** From this many bytes on a native copy is faster than a loop. */
const NATIVE_COPY = 24;

/** The chosen rows of a column chunk, in the order given, in new buffers. */
export function gather(data: Data, rows: Int32Array): Data {
  const { type } = data;
  const validity = gatherValidity(data, rows);
  const width = byteWidthOf(type);
  if (width !== undefined)
    return dataOf(type, rows.length, { values: gatherFixed(valueBytes(data), width, rows), ...validity });
  if (DataType.isBool(type))
    return dataOf(type, rows.length, { values: gatherBits(data, rows), ...validity });
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    return dataOf(type, rows.length, { ...gatherBytes(data, rows), ...validity });
  }
  if (DataType.isStruct(type)) {
    return dataOf(type, rows.length, {
      children: data.children.map((child) => gather(child, rows)),
      ...validity,
    });
  }
  if (DataType.isList(type) || DataType.isMap(type))
    return dataOf(type, rows.length, { ...gatherLists(data, rows), ...validity });
  throw new SchemaError(`Rows of Arrow type ${type} cannot be picked: cast the column first.`);
}

function gatherValidity(data: Data, rows: Int32Array): { validity?: Uint8Array; nullCount?: number } {
  if (data.nullCount === 0) return {};
  const validity = new Uint8Array(bitmapLength(rows.length));
  const { nullBitmap, offset } = data;
  let nullCount = 0;
  for (let index = 0; index < rows.length; index += 1) {
    if (bitAt(nullBitmap, offset + (rows[index] ?? 0))) setBit(validity, index);
    else nullCount += 1;
  }
  return { validity, nullCount };
}

/** The first row, when the rows follow one another; data that is sorted by its partition is copied whole. */
function runStart(rows: Int32Array): number | undefined {
  const first = rows[0] ?? 0;
  for (let index = 1; index < rows.length; index += 1) if (rows[index] !== first + index) return undefined;
  return first;
}

function gatherFixed(source: Uint8Array, width: number, rows: Int32Array): Uint8Array {
  const start = runStart(rows);
  if (start !== undefined) return source.slice(start * width, (start + rows.length) * width);
  const aligned = source.byteOffset % 4 === 0 ? source : source.slice();
  if (width % 4 === 0) return gatherWords(aligned, width / 4, rows);
  const target = new Uint8Array(rows.length * width);
  for (let index = 0; index < rows.length; index += 1) {
    const from = (rows[index] ?? 0) * width;
    for (let byte = 0; byte < width; byte += 1) target[index * width + byte] = source[from + byte] ?? 0;
  }
  return target;
}

/** Values of 4, 8 and 16 bytes, moved as 32-bit words: exact for every type, NaN payloads included. */
function gatherWords(source: Uint8Array, words: number, rows: Int32Array): Uint8Array {
  const from = new Int32Array(source.buffer, source.byteOffset, source.byteLength >> 2);
  const target = new Int32Array(rows.length * words);
  for (let index = 0, to = 0; index < rows.length; index += 1) {
    const start = (rows[index] ?? 0) * words;
    for (let word = 0; word < words; word += 1) target[to++] = from[start + word] ?? 0;
  }
  return new Uint8Array(target.buffer);
}

function gatherBits(data: Data, rows: Int32Array): Uint8Array {
  const bits = data.values as Uint8Array;
  const target = new Uint8Array(bitmapLength(rows.length));
  for (let index = 0; index < rows.length; index += 1) {
    if (bitAt(bits, data.offset + (rows[index] ?? 0))) setBit(target, index);
  }
  return target;
}

function gatherBytes(data: Data, rows: Int32Array): { offsets: Int32Array; values: Uint8Array } {
  const source = valueBytes(data);
  const from = data.valueOffsets as Int32Array;
  const offsets = gatherOffsets(data, rows);
  const first = data.nullCount === 0 ? runStart(rows) : undefined;
  if (first !== undefined) return { offsets, values: source.slice(from[first], from[first + rows.length]) };
  const values = new Uint8Array(offsets[rows.length] ?? 0);
  for (let index = 0; index < rows.length; index += 1) {
    const start = from[rows[index] ?? 0] ?? 0;
    const to = offsets[index] ?? 0;
    const length = (offsets[index + 1] ?? 0) - to;
    if (length >= NATIVE_COPY) values.set(source.subarray(start, start + length), to);
    else for (let byte = 0; byte < length; byte += 1) values[to + byte] = source[start + byte] ?? 0;
  }
  return { offsets, values };
}

/** Offsets of the picked rows; a null row takes no room. */
function gatherOffsets(data: Data, rows: Int32Array): Int32Array {
  const from = data.valueOffsets as Int32Array;
  const offsets = new Int32Array(rows.length + 1);
  let end = 0;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? 0;
    if (!isNullAt(data, row)) end += (from[row + 1] ?? 0) - (from[row] ?? 0);
    offsets[index + 1] = end;
  }
  return offsets;
}

function gatherLists(data: Data, rows: Int32Array): { offsets: Int32Array; children: Data[] } {
  const from = data.valueOffsets as Int32Array;
  const offsets = gatherOffsets(data, rows);
  const items = new Int32Array(offsets[rows.length] ?? 0);
  for (let index = 0; index < rows.length; index += 1) {
    const start = from[rows[index] ?? 0] ?? 0;
    const to = offsets[index] ?? 0;
    for (let item = to; item < (offsets[index + 1] ?? 0); item += 1) items[item] = start + item - to;
  }
  return { offsets, children: data.children.map((child) => gather(child, items)) };
}
