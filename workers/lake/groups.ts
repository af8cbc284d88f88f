import { type Data, DataType } from 'apache-arrow';
import { bitAt, byteWidthOf, isNullAt, valueBytes } from './buffers.ts';
import { formatPartitionValue } from './partition-value.ts';
import type { DeltaType } from './types.ts';

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

/** Numbers the distinct values by their bytes; -1 stands for null. */
function codeValues(data: Data): { codes: Int32Array; examples: number[] } {
  const codes = new Int32Array(data.length);
  const examples: number[] = [];
  const byHash = new Map<number, number[]>();
  const at = rangeReader(data);
  const bytes = DataType.isBool(data.type) ? unpackBits(data) : valueBytes(data);
  let previous = -1;
  for (let row = 0; row < data.length; row += 1) {
    if (isNullAt(data, row)) codes[row] = -1;
    else if (previous >= 0 && sameBytes(bytes, at(previous), at(row))) codes[row] = codes[previous] ?? 0;
    else codes[row] = findCode(bytes, at, row, byHash, examples);
    if (codes[row] !== -1) previous = row;
  }
  return { codes, examples };
}

type Range = readonly [start: number, end: number];

function findCode(
  bytes: Uint8Array,
  at: (row: number) => Range,
  row: number,
  byHash: Map<number, number[]>,
  examples: number[],
): number {
  const range = at(row);
  const hash = hashBytes(bytes, range);
  const candidates = byHash.get(hash) ?? [];
  const found = candidates.find((code) => sameBytes(bytes, at(examples[code] ?? 0), range));
  if (found !== undefined) return found;
  byHash.set(hash, [...candidates, examples.length]);
  return examples.push(row) - 1;
}

function rangeReader(data: Data): (row: number) => Range {
  const width = DataType.isBool(data.type) ? 1 : byteWidthOf(data.type);
  if (width !== undefined) return (row) => [row * width, row * width + width];
  const offsets = data.valueOffsets as Int32Array;
  return (row) => [offsets[row] ?? 0, offsets[row + 1] ?? 0];
}

function unpackBits(data: Data): Uint8Array {
  const bits = data.values as Uint8Array;
  return Uint8Array.from({ length: data.length }, (_, row) => (bitAt(bits, data.offset + row) ? 1 : 0));
}

function sameBytes(bytes: Uint8Array, [a, aEnd]: Range, [b, bEnd]: Range): boolean {
  if (aEnd - a !== bEnd - b) return false;
  for (let index = 0; index < aEnd - a; index += 1) if (bytes[a + index] !== bytes[b + index]) return false;
  return true;
}

/** FNV-1a, 32 bits. */
function hashBytes(bytes: Uint8Array, [start, end]: Range): number {
  let hash = 0x811c9dc5;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
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
