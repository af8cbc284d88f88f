import { DataType, type Vector } from 'apache-arrow';

/** One comparable key per row; `nulls[row]` is 1 where the value is NULL and its key means nothing. */
export interface SortKeys {
  values: Float64Array | (string | bigint)[];
  nulls: Uint8Array;
}

function readNulls(vector: Vector): Uint8Array {
  const nulls = new Uint8Array(vector.length);
  if (vector.nullCount === 0) return nulls;
  let row = 0;
  for (const chunk of vector.data)
    for (let i = 0; i < chunk.length; i++, row++) if (!chunk.getValid(i)) nulls[row] = 1;
  return nulls;
}

/** Numbers of all rows, null where one of them cannot be a double without loss. */
function readNumbers(vector: Vector, nulls: Uint8Array): Float64Array | null {
  const numbers = new Float64Array(vector.length);
  let row = 0;
  for (const chunk of vector.data) {
    const values = chunk.values as ArrayLike<number | bigint>;
    for (let i = 0; i < chunk.length; i++, row++) {
      const value = values[i];
      if (nulls[row] === 1 || value === undefined) continue;
      numbers[row] = Number(value);
      if (typeof value === 'bigint' && !Number.isSafeInteger(numbers[row])) return null;
    }
  }
  return numbers;
}

/** Unscaled decimals as doubles, from their 32-bit words; null where one of them is beyond 2^53. */
function readDecimals(vector: Vector, nulls: Uint8Array): Float64Array | null {
  const numbers = new Float64Array(vector.length);
  let row = 0;
  for (const chunk of vector.data) {
    const words = chunk.values as Uint32Array;
    for (let i = 0; i < chunk.length; i++, row++) {
      if (nulls[row] === 1) continue;
      const at = i * chunk.stride;
      const high = (words[at + 1] ?? 0) | 0;
      const sign = high < 0 ? -1 : 0;
      const fits = high >= -0x200000 && high < 0x200000;
      for (let w = 2; w < chunk.stride; w++) if (((words[at + w] ?? 0) | 0) !== sign || !fits) return null;
      numbers[row] = high * 0x1_0000_0000 + (words[at] ?? 0);
    }
  }
  return numbers;
}

function readBigints(vector: Vector, text: (row: number) => string | null): bigint[] {
  return Array.from({ length: vector.length }, (_, row) => BigInt((text(row) ?? '0').replace('.', '')));
}

function readTexts(vector: Vector, text: (row: number) => string | null): string[] {
  return Array.from({ length: vector.length }, (_, row) => text(row) ?? '');
}

/** Keys of an Arrow column in its natural order: numbers and instants by value, everything else by its text. */
export function readSortKeys(vector: Vector, text: (row: number) => string | null): SortKeys {
  const type: DataType = vector.type;
  const nulls = readNulls(vector);
  if (DataType.isDecimal(type))
    return { values: readDecimals(vector, nulls) ?? readBigints(vector, text), nulls };
  if (DataType.isBool(type)) return { values: Float64Array.from(vector, (value) => (value ? 1 : 0)), nulls };
  const numeric = [DataType.isInt, DataType.isFloat, DataType.isDate, DataType.isTime].some((is) => is(type));
  if (numeric) return { values: readNumbers(vector, nulls) ?? readBigints(vector, text), nulls };
  // ISO text of timestamps sorts like the instants, but numbers sort faster; microseconds fit 2^53 until the year 2255.
  if (DataType.isTimestamp(type))
    return { values: readNumbers(vector, nulls) ?? readTexts(vector, text), nulls };
  return { values: readTexts(vector, text), nulls };
}
