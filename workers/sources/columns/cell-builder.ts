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

import type { ColumnType } from './schema.ts';
import { TextBuilder } from './text-builder.ts';
import { packBits } from './validity.ts';

/**
 * A value on its way into a column: a string, or a whole number, which is 1 or 0 (boolean), an epoch day (date), microseconds
 * since 1970 (timestamp) or cents (decimal(18,2)).
 */
export type CellValue = string | number | bigint;

/** A column that grows row by row, for data whose length is not known before. */
export interface CellBuilder {
  append(value: CellValue | null): void;
  /** The column so far; the builder starts again, empty. */
  finish(): Data;
}

export function cellBuilder(type: ColumnType): CellBuilder {
  return type === 'string' ? new TextBuilder() : new WholeNumberBuilder(type);
}

const TWO_32 = 4_294_967_296;
const FIRST_CAPACITY = 1024;

type WholeNumberType = Exclude<ColumnType, 'string'>;

/** 32-bit words of each value: two's complement, little end first, as Arrow lays out Int32, Int64 and Decimal128. */
const WORDS: Record<WholeNumberType, number> = {
  boolean: 1,
  integer: 1,
  date: 1,
  long: 2,
  timestamp: 2,
  'decimal(18,2)': 4,
};

class WholeNumberBuilder implements CellBuilder {
  private readonly type: WholeNumberType;
  private readonly width: number;
  private words = new Int32Array(0);
  private valid = new Uint8Array(0);
  private length = 0;
  private nullCount = 0;

  constructor(type: WholeNumberType) {
    this.type = type;
    this.width = WORDS[type];
  }

  append(value: CellValue | null): void {
    if (this.length === this.valid.length) this.grow();
    if (value === null) this.nullCount++;
    else {
      this.valid[this.length] = 1;
      this.write(this.length * this.width, value);
    }
    this.length++;
  }

  finish(): Data {
    const { length, nullCount } = this;
    const nullBitmap = nullCount === 0 ? null : packBits(this.valid, length);
    const column = wholeNumberData(this.type, this.words.slice(0, length * this.width), {
      length,
      nullCount,
      nullBitmap,
    });
    this.words = new Int32Array(0);
    this.valid = new Uint8Array(0);
    this.length = 0;
    this.nullCount = 0;
    return column;
  }

  private write(at: number, value: CellValue): void {
    if (this.width === 1) {
      this.words[at] = Number(value);
      return;
    }
    // Numbers are split without BigInt, which costs ten times more; only 19-digit values need it.
    const low = typeof value === 'bigint' ? Number(BigInt.asUintN(32, value)) : Number(value) % TWO_32;
    const high = typeof value === 'bigint' ? Number(value >> 32n) : Math.floor(Number(value) / TWO_32);
    this.words[at] = low;
    this.words[at + 1] = high;
    if (this.width === 4) this.words.fill(high < 0 ? -1 : 0, at + 2, at + 4);
  }

  private grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, this.valid.length * 2);
    const words = new Int32Array(capacity * this.width);
    const valid = new Uint8Array(capacity);
    words.set(this.words);
    valid.set(this.valid);
    this.words = words;
    this.valid = valid;
  }
}

interface Validity {
  length: number;
  nullCount: number;
  nullBitmap: Uint8Array | null;
}

function wholeNumberData(type: WholeNumberType, words: Int32Array, validity: Validity): Data {
  switch (type) {
    case 'integer':
      return makeData({ type: new Int32(), data: words, ...validity });
    case 'date':
      return makeData({ type: new DateDay(), data: words, ...validity });
    case 'boolean':
      return makeData({ type: new Bool(), data: packBits(words, validity.length), ...validity });
    case 'long':
      return makeData({ type: new Int64(), data: new BigInt64Array(words.buffer), ...validity });
    case 'timestamp':
      return makeData({
        type: new TimestampMicrosecond('UTC'),
        data: new BigInt64Array(words.buffer),
        ...validity,
      });
    case 'decimal(18,2)':
      return makeData({ type: new Decimal(2, 18, 128), data: new Uint32Array(words.buffer), ...validity });
  }
}
