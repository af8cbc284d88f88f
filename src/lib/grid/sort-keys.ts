import { DataType, type Vector } from 'apache-arrow';

/** Keys of all rows, compared in this order: `major`, `minor`, `tie`. */
export interface SortKeys {
  major: Float64Array;
  /** Decides where `major` is equal. */
  minor: Float64Array | null;
  /** Decides where both are equal: compares two rows, ascending. */
  tie: ((a: number, b: number) => number) | null;
  /** 1 where the value is NULL and its key means nothing. */
  nulls: Uint8Array;
}

type Text = (row: number) => string | null;

/** Bytes of text in one key: a double holds 53 bits exactly. */
const KEY_BYTES = 6;
const LOW = 0x1_0000_0000;

function readNulls(vector: Vector): Uint8Array {
  const nulls = new Uint8Array(vector.length);
  if (vector.nullCount === 0) return nulls;
  let row = 0;
  for (const chunk of vector.data)
    for (let i = 0; i < chunk.length; i++, row++) if (!chunk.getValid(i)) nulls[row] = 1;
  return nulls;
}

function readNumbers(vector: Vector): Float64Array {
  const numbers = new Float64Array(vector.length);
  let row = 0;
  for (const chunk of vector.data) {
    const values = chunk.values as ArrayLike<number>;
    for (let i = 0; i < chunk.length; i++, row++) numbers[row] = values[i] ?? 0;
  }
  return numbers;
}

/** 64-bit integers in two halves, without making a bigint of each. */
function readHalves(vector: Vector, signed: boolean): Pick<SortKeys, 'major' | 'minor'> {
  const major = new Float64Array(vector.length);
  const minor = new Float64Array(vector.length);
  let row = 0;
  for (const chunk of vector.data) {
    const { buffer, byteOffset, length } = chunk.values as BigInt64Array;
    const words = new Uint32Array(buffer, byteOffset, length * 2);
    for (let i = 0; i < chunk.length; i++, row++) {
      const high = words[2 * i + 1] ?? 0;
      major[row] = signed ? high | 0 : high;
      minor[row] = words[2 * i] ?? 0;
    }
  }
  return { major, minor };
}

/** Unscaled decimals in two halves of 64 bits; exact within 2^53 of each, the rest is for `tie`. */
function readDecimals(vector: Vector): Pick<SortKeys, 'major' | 'minor'> {
  const major = new Float64Array(vector.length);
  const minor = new Float64Array(vector.length);
  let row = 0;
  for (const chunk of vector.data) {
    const words = chunk.values as Uint32Array;
    for (let i = 0; i < chunk.length; i++, row++) {
      const at = i * chunk.stride;
      const word = (w: number) => words[at + w] ?? 0;
      major[row] = (word(3) | 0) * LOW + word(2);
      minor[row] = word(1) * LOW + word(0);
    }
  }
  return { major, minor };
}

/** How many bytes at the beginning all texts share: identifiers often have a long common prefix. */
function commonPrefix(vector: Vector, nulls: Uint8Array): number {
  let first: Uint8Array | null = null;
  let shared = 0;
  let row = 0;
  for (const chunk of vector.data) {
    const { values, valueOffsets } = chunk;
    for (let i = 0; i < chunk.length; i++, row++) {
      if (nulls[row]) continue;
      const [start, end] = [Number(valueOffsets[i]), Number(valueOffsets[i + 1])];
      if (first === null) {
        first = values.subarray(start, end) as Uint8Array;
        shared = first.length;
      }
      shared = Math.min(shared, end - start);
      let same = 0;
      while (same < shared && values[start + same] === first[same]) same++;
      shared = same;
      if (shared === 0) return 0;
    }
  }
  return shared;
}

/** The first bytes of UTF-8 texts after their common prefix: byte order is the order of code points. */
function readPrefixes(vector: Vector, nulls: Uint8Array): Pick<SortKeys, 'major' | 'minor'> {
  const major = new Float64Array(vector.length);
  const minor = new Float64Array(vector.length);
  const skip = commonPrefix(vector, nulls);
  let row = 0;
  for (const chunk of vector.data) {
    const { values, valueOffsets } = chunk;
    const read = (start: number, end: number) => {
      let key = 0;
      for (let i = start; i < start + KEY_BYTES; i++) key = key * 256 + (i < end ? (values[i] as number) : 0);
      return key;
    };
    for (let i = 0; i < chunk.length; i++, row++) {
      const [start, end] = [Number(valueOffsets[i]) + skip, Number(valueOffsets[i + 1])];
      major[row] = read(start, end);
      minor[row] = read(start + KEY_BYTES, end);
    }
  }
  return { major, minor };
}

function compareTexts(text: Text): (a: number, b: number) => number {
  return (a, b) => {
    const [x, y] = [text(a) ?? '', text(b) ?? ''];
    return x < y ? -1 : x > y ? 1 : 0;
  };
}

function compareDecimals(text: Text): (a: number, b: number) => number {
  const unscaled = (row: number) => BigInt((text(row) ?? '0').replace('.', ''));
  return (a, b) => {
    const [x, y] = [unscaled(a), unscaled(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
}

/** Ranks of texts that are few but repeated: dictionaries, nested values. */
function readRanks(vector: Vector, text: Text): Float64Array {
  const texts = Array.from({ length: vector.length }, (_, row) => text(row) ?? '');
  const ranks = new Map([...new Set(texts)].sort().map((one, rank) => [one, rank]));
  return Float64Array.from(texts, (one) => ranks.get(one) ?? 0);
}

/** Keys of an Arrow column in its natural order: numbers and instants by value, everything else by its text. */
export function readSortKeys(vector: Vector, text: Text): SortKeys {
  const type: DataType = vector.type;
  const nulls = readNulls(vector);
  const whole = { minor: null, tie: null, nulls };
  const wide =
    vector.data[0]?.values instanceof BigInt64Array || vector.data[0]?.values instanceof BigUint64Array;
  if (wide) return { ...readHalves(vector, !DataType.isInt(type) || type.isSigned), tie: null, nulls };
  if (DataType.isDecimal(type)) return { ...readDecimals(vector), tie: compareDecimals(text), nulls };
  if (DataType.isBool(type))
    return { ...whole, major: Float64Array.from(vector, (value) => (value ? 1 : 0)) };
  const numeric = [DataType.isInt, DataType.isFloat, DataType.isDate, DataType.isTime].some((is) => is(type));
  if (numeric) return { ...whole, major: readNumbers(vector) };
  if (DataType.isUtf8(type)) return { ...readPrefixes(vector, nulls), tie: compareTexts(text), nulls };
  return { ...whole, major: readRanks(vector, text) };
}
