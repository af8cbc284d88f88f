import { type Data, DataType } from 'apache-arrow';
import { bitAt, bitmapLength, byteWidthOf, dataOf, isNullAt, setBit, valueBytes } from './buffers.ts';
import { SchemaError } from '../errors.ts';

/** The chunks of a column as one chunk, in new buffers; one chunk is returned as it is. */
export function concat(chunks: Data[]): Data {
  const [first] = chunks;
  if (!first) throw new SchemaError('A column without chunks cannot be joined.');
  if (chunks.length === 1) return first;
  const { type } = first;
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const validity = joinValidity(chunks, length);
  const width = byteWidthOf(type);
  if (width !== undefined) {
    const values = joinBytes(chunks.map((chunk) => valueBytes(chunk).subarray(0, chunk.length * width)));
    return dataOf(type, length, { values, ...validity });
  }
  if (DataType.isBool(type)) return dataOf(type, length, { values: joinBits(chunks, length), ...validity });
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const values = joinBytes(chunks.map((chunk) => valueBytes(chunk).subarray(...itemRange(chunk))));
    return dataOf(type, length, { offsets: joinOffsets(chunks, length), values, ...validity });
  }
  const children = first.children.map((_, index) => concat(chunks.map((chunk) => childOf(chunk, index))));
  if (DataType.isStruct(type)) return dataOf(type, length, { children, ...validity });
  if (DataType.isList(type) || DataType.isMap(type)) {
    return dataOf(type, length, { offsets: joinOffsets(chunks, length), children, ...validity });
  }
  throw new SchemaError(`Chunks of Arrow type ${type} cannot be joined: cast the column first.`);
}

function childOf(chunk: Data, index: number): Data {
  const child = chunk.children[index];
  if (!child) throw new SchemaError(`A chunk of type ${chunk.type} lacks its child ${index}.`);
  if (DataType.isStruct(chunk.type)) return child;
  const [begin, end] = itemRange(chunk);
  return begin === 0 && end === child.length ? child : child.slice(begin, end - begin);
}

function itemRange(chunk: Data): [number, number] {
  const offsets = chunk.valueOffsets as Int32Array;
  return [offsets[0] ?? 0, offsets[chunk.length] ?? 0];
}

function joinBytes(pieces: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.byteLength;
  }
  return joined;
}

function joinOffsets(chunks: Data[], length: number): Int32Array {
  const offsets = new Int32Array(length + 1);
  let row = 0;
  let end = 0;
  for (const chunk of chunks) {
    const from = chunk.valueOffsets as Int32Array;
    const shift = end - (from[0] ?? 0);
    for (let index = 1; index <= chunk.length; index += 1) offsets[++row] = (from[index] ?? 0) + shift;
    end = offsets[row] ?? 0;
  }
  return offsets;
}

function joinBits(chunks: Data[], length: number): Uint8Array {
  const bits = new Uint8Array(bitmapLength(length));
  let row = 0;
  for (const chunk of chunks) {
    const from = chunk.values as Uint8Array;
    for (let index = 0; index < chunk.length; index += 1, row += 1) {
      if (bitAt(from, chunk.offset + index)) setBit(bits, row);
    }
  }
  return bits;
}

function joinValidity(chunks: Data[], length: number): { validity?: Uint8Array; nullCount?: number } {
  const nullCount = chunks.reduce((sum, chunk) => sum + chunk.nullCount, 0);
  if (nullCount === 0) return {};
  const validity = new Uint8Array(bitmapLength(length));
  let row = 0;
  for (const chunk of chunks) {
    for (let index = 0; index < chunk.length; index += 1, row += 1) {
      if (!isNullAt(chunk, index)) setBit(validity, row);
    }
  }
  return { validity, nullCount };
}
