import {
  Bool,
  DateDay,
  Decimal,
  Int32,
  Int64,
  makeData,
  TimestampMicrosecond,
  type Data,
} from 'apache-arrow';

import { packBits, validityOf } from './validity.ts';

const TWO_32 = 4_294_967_296;

/** An Int32 column; no nulls. */
export function int32Column(values: Int32Array): Data {
  return makeData({ type: new Int32(), length: values.length, nullCount: 0, data: values });
}

/** An Int64 column counting up from `first`. */
export function ordinalColumn(first: number, length: number): Data {
  const words = new Uint32Array(length * 2);
  for (let row = 0; row < length; row++) {
    const value = first + row;
    words[row * 2] = value >>> 0;
    words[row * 2 + 1] = Math.floor(value / TWO_32);
  }
  return makeData({ type: new Int64(), length, nullCount: 0, data: new BigInt64Array(words.buffer) });
}

/** A Date32 column with one day in every row that `present` marks with 0 or more; -1 is null. */
export function constantDateColumn(day: number, present: Int32Array): Data {
  return makeData({
    type: new DateDay(),
    length: present.length,
    data: new Int32Array(present.length).fill(day),
    ...validityOf(present.length, (row) => (present[row] ?? -1) >= 0),
  });
}

/** A Date32 column of epoch days; no nulls. */
export function dateColumn(days: Int32Array): Data {
  return makeData({ type: new DateDay(), length: days.length, nullCount: 0, data: days });
}

/** A Timestamp(us, UTC) column of milliseconds after the midnight that starts the epoch day `day`; no nulls. */
export function timestampColumn(day: number, millis: Int32Array): Data {
  const { length } = millis;
  const midnight = day * 86_400_000_000;
  const words = new Int32Array(length * 2);
  for (let row = 0; row < length; row++) {
    const micros = midnight + (millis[row] ?? 0) * 1000;
    const high = Math.floor(micros / TWO_32);
    words[row * 2] = micros - high * TWO_32;
    words[row * 2 + 1] = high;
  }
  const data = new BigInt64Array(words.buffer);
  return makeData({ type: new TimestampMicrosecond('UTC'), length, nullCount: 0, data });
}

/** A Decimal128(18, 2) column of whole cents, within the safe integers; NaN is null. */
export function centsColumn(cents: Float64Array): Data {
  const { length } = cents;
  const words = new Uint32Array(length * 4);
  for (let row = 0; row < length; row++) {
    const value = cents[row] ?? NaN;
    if (Number.isNaN(value)) continue;
    const high = Math.floor(value / TWO_32);
    words[row * 4] = value - high * TWO_32;
    words[row * 4 + 1] = high;
    if (value < 0) {
      words[row * 4 + 2] = 0xffff_ffff;
      words[row * 4 + 3] = 0xffff_ffff;
    }
  }
  const validity = validityOf(length, (row) => !Number.isNaN(cents[row]));
  return makeData({ type: new Decimal(2, 18, 128), length, data: words, ...validity });
}

/** A Bool column of ones and zeros; no nulls. */
export function boolColumn(flags: Int32Array): Data {
  const bits = packBits(flags, flags.length);
  return makeData({ type: new Bool(), length: flags.length, nullCount: 0, data: bits });
}
