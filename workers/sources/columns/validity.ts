/** A cleared bitmap for `length` rows, padded to the 8 bytes that Arrow aligns buffers to. */
export function cutBitmap(length: number): Uint8Array {
  return new Uint8Array(Math.ceil(length / 64) * 8);
}

/** The validity of a column, as makeData takes it; no bitmap when no row is null. */
export function validityOf(
  length: number,
  isValid: (row: number) => boolean,
): { nullCount: number; nullBitmap: Uint8Array | null } {
  const bitmap = cutBitmap(length);
  let valid = 0;
  for (let row = 0; row < length; row++) {
    if (!isValid(row)) continue;
    bitmap[row >> 3] = (bitmap[row >> 3] ?? 0) | (1 << (row & 7));
    valid++;
  }
  const nullCount = length - valid;
  return { nullCount, nullBitmap: nullCount === 0 ? null : bitmap };
}

/** A bitmap of the flags that are 1. */
export function packBits(flags: ArrayLike<number>, length: number): Uint8Array {
  const bits = cutBitmap(length);
  for (let row = 0; row < length; row++) {
    if (flags[row] === 1) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return bits;
}
