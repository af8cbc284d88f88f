import { type Data, DataType } from 'apache-arrow';
import { bitAt, byteWidthOf, isNullAt, valueBytes } from './buffers.ts';
import { formatPartitionValue } from './partition-value.ts';
import type { DeltaType } from '../types.ts';

/** Rows that agree in all key columns. */
export interface Group {
  /** Partition values, one per key column. */
  values: (string | null)[];
  rows: Int32Array;
}

/** Each row's value of one key column, as an index into the distinct texts. */
interface Coded {
  codes: Int32Array;
  texts: (string | null)[];
}

/** Groups of rows by their key columns, in order of first appearance; rows keep their order. */
export function findGroups(keys: Data[], types: DeltaType[]): Group[] {
  const [first, ...rest] = keys.map((key, index) =>
    mergeTexts(key, codeValues(key), types[index] ?? 'string'),
  );
  if (!first) return [];
  let { codes } = first;
  let tuples = first.texts.map((text) => [text]);
  for (const next of rest) [codes, tuples] = combine(codes, tuples, next);
  return collectRows(codes, tuples);
}

/** Values as byte ranges: row r is bytes[offsets[r]] up to bytes[offsets[r + 1]]. */
interface ByteRanges {
  bytes: Uint8Array;
  offsets: Int32Array;
}

/** Numbers the distinct values by their bytes; -1 stands for null. */
function codeValues(data: Data): { codes: Int32Array; examples: number[] } {
  const codes = new Int32Array(data.length);
  const examples: number[] = [];
  const byHash = new Map<number, number[]>();
  const ranges = byteRanges(data);
  let previous = -1;
  for (let row = 0; row < data.length; row += 1) {
    if (isNullAt(data, row)) {
      codes[row] = -1;
      continue;
    }
    // Rows mostly come in runs of one value.
    const repeats = previous >= 0 && sameBytes(ranges, previous, row);
    codes[row] = repeats ? (codes[previous] ?? 0) : findCode(ranges, row, byHash, examples);
    previous = row;
  }
  return { codes, examples };
}

function findCode(
  ranges: ByteRanges,
  row: number,
  byHash: Map<number, number[]>,
  examples: number[],
): number {
  const hash = hashBytes(ranges, row);
  const candidates = byHash.get(hash);
  const found = candidates?.find((code) => sameBytes(ranges, examples[code] ?? 0, row));
  if (found !== undefined) return found;
  if (candidates) candidates.push(examples.length);
  else byHash.set(hash, [examples.length]);
  return examples.push(row) - 1;
}

function byteRanges(data: Data): ByteRanges {
  if (DataType.isBool(data.type)) return { bytes: unpackBits(data), offsets: fixedOffsets(data.length, 1) };
  const width = byteWidthOf(data.type);
  const offsets = width === undefined ? (data.valueOffsets as Int32Array) : fixedOffsets(data.length, width);
  return { bytes: valueBytes(data), offsets };
}

function fixedOffsets(length: number, width: number): Int32Array {
  const offsets = new Int32Array(length + 1);
  for (let row = 0; row <= length; row += 1) offsets[row] = row * width;
  return offsets;
}

function unpackBits(data: Data): Uint8Array {
  const bits = data.values as Uint8Array;
  return Uint8Array.from({ length: data.length }, (_, row) => (bitAt(bits, data.offset + row) ? 1 : 0));
}

function sameBytes({ bytes, offsets }: ByteRanges, a: number, b: number): boolean {
  const from = offsets[a] ?? 0;
  const to = offsets[b] ?? 0;
  const length = (offsets[a + 1] ?? 0) - from;
  if ((offsets[b + 1] ?? 0) - to !== length) return false;
  for (let index = 0; index < length; index += 1) if (bytes[from + index] !== bytes[to + index]) return false;
  return true;
}

/** FNV-1a, 32 bits. */
function hashBytes({ bytes, offsets }: ByteRanges, row: number): number {
  let hash = 0x811c9dc5;
  const end = offsets[row + 1] ?? 0;
  for (let index = offsets[row] ?? 0; index < end; index += 1)
    hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  return hash;
}

/** Distinct bytes may share one text: null and empty text are the same partition. Codes follow the first appearance. */
function mergeTexts(
  data: Data,
  { codes, examples }: { codes: Int32Array; examples: number[] },
  type: DeltaType,
): Coded {
  const texts: (string | null)[] = [];
  const known = new Map<string | null, number>();
  const renumbered = new Map<number, number>();
  const merged = codes.map((code) => {
    const done = renumbered.get(code);
    if (done !== undefined) return done;
    const text = code < 0 ? null : formatPartitionValue(data, examples[code] ?? 0, type);
    const index = known.get(text) ?? texts.push(text) - 1;
    known.set(text, index);
    renumbered.set(code, index);
    return index;
  });
  return { codes: merged, texts };
}

function combine(
  codes: Int32Array,
  tuples: (string | null)[][],
  next: Coded,
): [Int32Array, (string | null)[][]] {
  const known = new Map<number, number>();
  const made: (string | null)[][] = [];
  const combined = codes.map((code, row) => {
    const other = next.codes[row] ?? 0;
    const key = code * next.texts.length + other;
    const index = known.get(key) ?? made.push([...(tuples[code] ?? []), next.texts[other] ?? null]) - 1;
    known.set(key, index);
    return index;
  });
  return [combined, made];
}

function collectRows(codes: Int32Array, tuples: (string | null)[][]): Group[] {
  const counts = new Int32Array(tuples.length);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  const groups = tuples.map((values, index) => ({ values, rows: new Int32Array(counts[index] ?? 0) }));
  const next = new Int32Array(tuples.length);
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row] ?? 0;
    const at = next[code] ?? 0;
    const group = groups[code];
    if (group) group.rows[at] = row;
    next[code] = at + 1;
  }
  return groups;
}
