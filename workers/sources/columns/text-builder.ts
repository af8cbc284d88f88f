import { makeData, Utf8, type Data } from 'apache-arrow';

import { cutBitmap } from './validity.ts';

const FIRST_ROWS = 1024;
const FIRST_BYTES = 16_384;
const ENCODER = new TextEncoder();

/** A plain Utf8 column that grows row by row. */
export class TextBuilder {
  private ends = new Int32Array(FIRST_ROWS + 1);
  private bytes = new Uint8Array(FIRST_BYTES);
  private nulls: number[] = [];
  private length = 0;
  private size = 0;

  append(value: string | number | bigint | null): void {
    if (value === null) this.nulls.push(this.length);
    else this.write(String(value));
    this.length++;
    if (this.length === this.ends.length) this.growRows();
    this.ends[this.length] = this.size;
  }

  /** The column so far; the builder starts again, empty. */
  finish(): Data {
    const { length } = this;
    const column = makeData({
      type: new Utf8(),
      length,
      nullCount: this.nulls.length,
      nullBitmap: this.nulls.length === 0 ? null : this.validity(),
      valueOffsets: this.ends.slice(0, length + 1),
      data: this.bytes.slice(0, this.size),
    });
    this.nulls = [];
    this.length = 0;
    this.size = 0;
    return column;
  }

  private write(text: string): void {
    // UTF-8 needs at most three bytes for one UTF-16 unit.
    const most = this.size + text.length * 3;
    if (most > this.bytes.length) this.growBytes(most);
    const start = this.size;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 127) {
        this.size = start + ENCODER.encodeInto(text, this.bytes.subarray(start)).written;
        return;
      }
      this.bytes[start + index] = unit;
    }
    this.size = start + text.length;
  }

  private validity(): Uint8Array {
    const bits = cutBitmap(this.length).fill(255);
    for (const row of this.nulls) bits[row >> 3] = (bits[row >> 3] ?? 0) & ~(1 << (row & 7));
    return bits;
  }

  private growRows(): void {
    const ends = new Int32Array(this.ends.length * 2);
    ends.set(this.ends);
    this.ends = ends;
  }

  private growBytes(most: number): void {
    const bytes = new Uint8Array(Math.max(most, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}
