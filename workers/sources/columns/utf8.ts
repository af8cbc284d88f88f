import { makeData, Utf8, type Data } from 'apache-arrow';

import { validityOf } from './validity.ts';

/** Distinct strings, encoded once: value `i` is `bytes[offsets[i] .. offsets[i + 1]]`. */
export interface EncodedStrings {
  bytes: Uint8Array;
  offsets: Int32Array;
}

/** Encodes strings to UTF-8, one after the other. */
export function encodeStrings(values: readonly string[]): EncodedStrings {
  const encoder = new TextEncoder();
  const pieces = values.map((value) => encoder.encode(value));
  const offsets = new Int32Array(values.length + 1);
  pieces.forEach((piece, index) => (offsets[index + 1] = (offsets[index] ?? 0) + piece.length));
  const bytes = new Uint8Array(offsets[values.length] ?? 0);
  pieces.forEach((piece, index) => bytes.set(piece, offsets[index]));
  return { bytes, offsets };
}

/** A plain Utf8 column whose row `i` is the string `codes[i]`; code -1 is null. */
export function stringColumn(codes: Int32Array, strings: EncodedStrings): Data {
  const { length } = codes;
  const valueOffsets = measureStrings(codes, strings.offsets);
  const data = new Uint8Array(valueOffsets[length] ?? 0);
  copyStrings(codes, strings, data);
  const validity = validityOf(length, (row) => (codes[row] ?? -1) >= 0);
  return makeData({ type: new Utf8(), length, valueOffsets, data, ...validity });
}

/** A plain Utf8 column of `prefix` and the row's number in `width` digits, zero-padded; -1 is null. The prefix is ASCII. */
export function numberedColumn(prefix: string, width: number, numbers: Int32Array): Data {
  const { length } = numbers;
  const head = new TextEncoder().encode(prefix);
  const size = head.length + width;
  const valueOffsets = new Int32Array(length + 1);
  for (let row = 0, end = 0; row < length; row++) {
    if ((numbers[row] ?? -1) >= 0) end += size;
    valueOffsets[row + 1] = end;
  }
  const data = new Uint8Array(valueOffsets[length] ?? 0);
  for (let row = 0; row < length; row++) {
    const number = numbers[row] ?? -1;
    if (number < 0) continue;
    const start = valueOffsets[row] ?? 0;
    for (let index = 0; index < head.length; index++) data[start + index] = head[index] ?? 0;
    writeDigits(data, start + size, start + head.length, number);
  }
  const validity = validityOf(length, (row) => (numbers[row] ?? -1) >= 0);
  return makeData({ type: new Utf8(), length, valueOffsets, data, ...validity });
}

function measureStrings(codes: Int32Array, offsets: Int32Array): Int32Array {
  const ends = new Int32Array(codes.length + 1);
  for (let row = 0, end = 0; row < codes.length; row++) {
    const code = codes[row] ?? -1;
    if (code >= 0) end += (offsets[code + 1] ?? 0) - (offsets[code] ?? 0);
    ends[row + 1] = end;
  }
  return ends;
}

function copyStrings(codes: Int32Array, { bytes, offsets }: EncodedStrings, target: Uint8Array): void {
  let at = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? -1;
    if (code < 0) continue;
    const end = offsets[code + 1] ?? 0;
    // A byte loop: these strings are short, and a call of TypedArray.set costs more than copying them.
    for (let from = offsets[code] ?? 0; from < end; from++) target[at++] = bytes[from] ?? 0;
  }
}

function writeDigits(target: Uint8Array, end: number, start: number, number: number): void {
  let rest = number;
  for (let at = end - 1; at >= start; at--) {
    const quotient = (rest / 10) | 0;
    target[at] = 48 + rest - quotient * 10;
    rest = quotient;
  }
}
