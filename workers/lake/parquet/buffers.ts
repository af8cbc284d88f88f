import { BufferType, Data, DataType, type Vector } from 'apache-arrow';

/** The parts of a column chunk; what is left out is empty. */
export interface Parts {
  offsets?: Int32Array;
  values?: ArrayBufferView;
  validity?: Uint8Array;
  nullCount?: number;
  children?: Data[];
  dictionary?: Vector;
}

/** A column chunk over buffers. Values are given as bytes and seen through the type's own array. */
export function dataOf(type: DataType, length: number, parts: Parts): Data {
  const nullCount = parts.nullCount ?? 0;
  const buffers: Record<number, unknown> = {
    [BufferType.VALIDITY]: nullCount > 0 ? parts.validity : new Uint8Array(0),
  };
  if (parts.offsets) buffers[BufferType.OFFSET] = parts.offsets;
  if (parts.values) buffers[BufferType.DATA] = viewAs(type, parts.values);
  return new Data(type, 0, length, nullCount, buffers, parts.children, parts.dictionary);
}

/** Bytes of one value, or undefined for types whose values have no fixed number of whole bytes. */
export function byteWidthOf(type: DataType): number | undefined {
  if (DataType.isInt(type)) return type.bitWidth / 8;
  if (DataType.isDecimal(type)) return type.bitWidth / 8;
  if (DataType.isFixedSizeBinary(type)) return type.byteWidth;
  if (
    DataType.isFloat(type) ||
    DataType.isDate(type) ||
    DataType.isTimestamp(type) ||
    DataType.isTime(type)
  ) {
    return type.ArrayType.BYTES_PER_ELEMENT;
  }
  return undefined;
}

/** The chunk's values as bytes, from its first row on. */
export function valueBytes(data: Data): Uint8Array {
  const values = data.values as ArrayBufferView;
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** True when bit `index` is set, least significant bit first. */
export function bitAt(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}

/** Sets bit `index`. */
export function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
}

/** Bytes of a bitmap. */
export function bitmapLength(length: number): number {
  return (length + 7) >> 3;
}

/** True when the row is null. */
export function isNullAt(data: Data, row: number): boolean {
  return data.nullCount > 0 && !bitAt(data.nullBitmap, data.offset + row);
}

function viewAs(type: DataType, values: ArrayBufferView): ArrayBufferView {
  const ArrayType = (DataType.isBool(type) ? Uint8Array : type.ArrayType) as {
    new (buffer: ArrayBufferLike, offset: number, length: number): ArrayBufferView;
    BYTES_PER_ELEMENT: number;
  };
  const width = ArrayType.BYTES_PER_ELEMENT;
  if (values.byteOffset % width === 0)
    return new ArrayType(values.buffer, values.byteOffset, values.byteLength / width);
  const aligned = new Uint8Array(values.byteLength);
  aligned.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return new ArrayType(aligned.buffer, 0, aligned.byteLength / width);
}
