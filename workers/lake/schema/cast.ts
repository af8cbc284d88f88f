import { type Data, DataType, DateUnit, TimeUnit, util } from 'apache-arrow';
import { bitmapLength, dataOf, isNullAt, setBit, valueBytes } from '../parquet/buffers.ts';
import { concat } from '../parquet/concat.ts';
import { floorDivide } from '../parquet/dates.ts';
import { SchemaError } from '../errors.ts';
import { gather } from '../parquet/gather.ts';

/** True when the chunk can be seen as `to` without touching a byte: same layout, only names, zone or nullability differ. */
export function sameLayout(from: DataType, to: DataType): boolean {
  if (DataType.isTimestamp(from) && DataType.isTimestamp(to)) return from.unit === to.unit;
  if (DataType.isDecimal(from) && DataType.isDecimal(to)) {
    return from.scale === to.scale && from.bitWidth === to.bitWidth && from.precision <= to.precision;
  }
  if (from.typeId !== to.typeId) return false;
  const [a, b] = [from.children ?? [], to.children ?? []];
  if (a.length === 0 || !(DataType.isList(from) || DataType.isStruct(from) || DataType.isMap(from))) {
    return util.compareTypes(from, to);
  }
  const named = DataType.isStruct(from);
  return (
    a.length === b.length &&
    a.every((child, index) => {
      const other = b[index];
      return (
        other !== undefined && (!named || child.name === other.name) && sameLayout(child.type, other.type)
      );
    })
  );
}

/**
 * A column chunk as another type, exactly: dictionaries unfold, integers and floats widen, timestamps become microseconds.
 * @throws SchemaError naming the column where a value could change
 */
export function cast(data: Data, to: DataType, column: string): Data {
  const { type } = data;
  if (DataType.isDictionary(type)) return cast(unfold(data, column), to, column);
  if (sameLayout(type, to)) return data.clone(to);
  if (DataType.isNull(type)) return nulls(to, data.length);
  if (DataType.isLargeUtf8(type) && DataType.isUtf8(to)) return narrowOffsets(data, to);
  if (DataType.isLargeBinary(type) && DataType.isBinary(to)) return narrowOffsets(data, to);
  const convert = converter(type, to);
  if (!convert)
    throw new SchemaError(`Column ${column}: expected ${to}, found ${type}: cast it in the query.`);
  const validity = validityOf(data);
  return dataOf(to, data.length, { values: convert(data), ...validity });
}

/** A chunk of nulls. */
export function nulls(type: DataType, length: number): Data {
  const validity = new Uint8Array(bitmapLength(length));
  const parts = { validity, nullCount: length };
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    return dataOf(type, length, { ...parts, offsets: new Int32Array(length + 1), values: new Uint8Array(0) });
  }
  const children = (type.children ?? []).map((child) =>
    nulls(child.type, DataType.isStruct(type) ? length : 0),
  );
  if (DataType.isStruct(type)) return dataOf(type, length, { ...parts, children });
  if (children.length > 0)
    return dataOf(type, length, { ...parts, offsets: new Int32Array(length + 1), children });
  const bytes = DataType.isBool(type)
    ? bitmapLength(length)
    : length * (DataType.isDecimal(type) ? 16 : type.ArrayType.BYTES_PER_ELEMENT);
  return dataOf(type, length, { ...parts, values: new Uint8Array(bytes) });
}

type Convert = (data: Data) => ArrayBufferView;

function converter(from: DataType, to: DataType): Convert | undefined {
  if (DataType.isInt(from)) return integerConverter(from.bitWidth, from.isSigned, to);
  if (DataType.isFloat(from) && DataType.isFloat(to) && from.precision < to.precision) {
    return (data) => Float64Array.from(data.values as Float32Array);
  }
  if (DataType.isTimestamp(from) && DataType.isTimestamp(to) && to.unit === TimeUnit.MICROSECOND)
    return timestampConverter(from.unit);
  if (DataType.isDate(from) && DataType.isDate(to) && from.unit === DateUnit.MILLISECOND) return convertDates;
  return undefined;
}

function integerConverter(width: number, signed: boolean, to: DataType): Convert | undefined {
  if (DataType.isDecimal(to) && to.scale === 0 && to.precision >= (width < 64 ? 10 : signed ? 19 : 20)) {
    return (data) => wideIntegers(data);
  }
  if (!DataType.isInt(to) || !to.isSigned || to.bitWidth <= width) return undefined;
  if (to.bitWidth === 64) return (data) => BigInt64Array.from(data.values as Int32Array, BigInt);
  return to.bitWidth === 32 ? (data) => Int32Array.from(small(data)) : (data) => Int16Array.from(small(data));
}

/** Values of any integer type of at most 32 bits. */
function small(data: Data): Int32Array {
  return data.values as Int32Array;
}

/** Integers as 128-bit values, least significant word first. */
function wideIntegers(data: Data): BigInt64Array {
  const values = data.values as Int32Array | BigInt64Array;
  const wide = new BigInt64Array(data.length * 2);
  for (let row = 0; row < data.length; row += 1) {
    const value = BigInt(values[row] ?? 0);
    wide[row * 2] = BigInt.asIntN(64, value);
    wide[row * 2 + 1] = value < 0n ? -1n : 0n;
  }
  return wide;
}

function timestampConverter(unit: TimeUnit): Convert | undefined {
  const factor = unit === TimeUnit.SECOND ? 1_000_000n : unit === TimeUnit.MILLISECOND ? 1000n : undefined;
  if (factor !== undefined) return (data) => (data.values as BigInt64Array).map((value) => value * factor);
  return (data) => (data.values as BigInt64Array).map((value) => floorDivide(value, 1000n));
}

function convertDates(data: Data): Int32Array {
  return Int32Array.from(data.values as BigInt64Array, (ms) => Number(floorDivide(BigInt(ms), 86_400_000n)));
}

function unfold(data: Data, column: string): Data {
  const dictionary = data.dictionary;
  if (!dictionary) throw new SchemaError(`Column ${column}: its dictionary is missing from the stream.`);
  const indices = data.values as Int8Array | Int16Array | Int32Array;
  const rows = new Int32Array(data.length);
  for (let row = 0; row < data.length; row += 1) rows[row] = isNullAt(data, row) ? 0 : (indices[row] ?? 0);
  const { type } = dictionary;
  const values =
    dictionary.length > 0 ? gather(concat([...dictionary.data]), rows) : nulls(type, data.length);
  return withNulls(values, data);
}

/** The chunk with the nulls of another added to its own. */
function withNulls(values: Data, mask: Data): Data {
  if (mask.nullCount === 0) return values;
  const validity = new Uint8Array(bitmapLength(values.length));
  let nullCount = 0;
  for (let row = 0; row < values.length; row += 1) {
    if (isNullAt(mask, row) || isNullAt(values, row)) nullCount += 1;
    else setBit(validity, row);
  }
  const { type, length, children } = values;
  const offsets = values.valueOffsets as Int32Array | undefined;
  const bytes = values.values === undefined ? undefined : valueBytes(values);
  return dataOf(type, length, { offsets, values: bytes, validity, nullCount, children });
}

function narrowOffsets(data: Data, to: DataType): Data {
  const offsets = Int32Array.from(data.valueOffsets as unknown as BigInt64Array, Number);
  return dataOf(to, data.length, { offsets, values: valueBytes(data), ...validityOf(data) });
}

function validityOf(data: Data): { validity?: Uint8Array; nullCount?: number } {
  if (data.nullCount === 0) return {};
  if (data.offset === 0) return { validity: data.nullBitmap, nullCount: data.nullCount };
  const validity = new Uint8Array(bitmapLength(data.length));
  for (let row = 0; row < data.length; row += 1) if (!isNullAt(data, row)) setBit(validity, row);
  return { validity, nullCount: data.nullCount };
}
