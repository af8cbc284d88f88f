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

/** Rows written between two breaths of the page. */
const SLICE = 40_000;

async function readSlowly<T>(
  count: number,
  read: (row: number) => T,
  breathe: () => Promise<void>,
): Promise<T[]> {
  const values: T[] = [];
  for (let row = 0; row < count; row++) {
    if (row % SLICE === SLICE - 1) await breathe();
    values.push(read(row));
  }
  return values;
}

/** Keys that are numbers, where they can be without loss. */
function readFastKeys(vector: Vector, nulls: Uint8Array): Float64Array | null {
  const type: DataType = vector.type;
  if (DataType.isDecimal(type)) return readDecimals(vector, nulls);
  if (DataType.isBool(type)) return Float64Array.from(vector, (value) => (value ? 1 : 0));
  // Microseconds fit 2^53 until the year 2255; later ones sort by their ISO text.
  const numeric = [DataType.isInt, DataType.isFloat, DataType.isDate, DataType.isTime, DataType.isTimestamp];
  return numeric.some((is) => is(type)) ? readNumbers(vector, nulls) : null;
}

/** Keys of an Arrow column in its natural order: numbers and instants by value, everything else by its text. */
export async function readSortKeys(
  vector: Vector,
  text: (row: number) => string | null,
  breathe: () => Promise<void>,
): Promise<SortKeys> {
  const nulls = readNulls(vector);
  const fast = readFastKeys(vector, nulls);
  if (fast) return { values: fast, nulls };
  const type: DataType = vector.type;
  const values: (string | bigint)[] =
    DataType.isInt(type) || DataType.isDecimal(type)
      ? await readSlowly(vector.length, (row) => BigInt((text(row) ?? '0').replace('.', '')), breathe)
      : await readSlowly(vector.length, (row) => text(row) ?? '', breathe);
  return { values, nulls };
}
