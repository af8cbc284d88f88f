/** The rows of the crash tests: made from numbers alone, so that both sides of the browser's border know what must be there. */

/** A row by its key; the revision goes up when it is written again. */
export interface RowKey {
  id: number;
  revision: number;
}

export interface CrashRow extends RowKey {
  region: string | null;
  name: string | null;
  amount: number;
}

/** What a table holds: revision by id. */
export type Content = ReadonlyMap<number, number>;

/** Order-independent: number of rows, and the sum of their hashes modulo 2^64 as hexadecimal. */
export interface Checksum {
  rows: number;
  sum: string;
}

export const REGIONS = ['north', 'south', 'east', 'west', null] as const;

export function regionOf(id: number): string | null {
  return REGIONS[id % REGIONS.length] ?? null;
}

/** The row of a key: some nulls, some accents, and text long enough to give a file several pages. */
export function rowOf({ id, revision }: RowKey): CrashRow {
  const name = id % 11 === 0 ? null : `Zoë ${id}.${revision} ${'x'.repeat((id * 7) % 90)}`;
  return { id, revision, region: regionOf(id), name, amount: (id * 31 + revision) / 8 };
}

/** The checksum of rows, in any order. */
export function checksumOf(rows: Iterable<CrashRow>): Checksum {
  let count = 0;
  let sum = 0n;
  for (const row of rows) {
    count += 1;
    sum = (sum + hashRow(row)) & 0xffff_ffff_ffff_ffffn;
  }
  return { rows: count, sum: sum.toString(16) };
}

/** What a table of this content must answer. */
export function expectedChecksum(content: Content): Checksum {
  return checksumOf(Array.from(content, ([id, revision]) => rowOf({ id, revision })));
}

export function sameContent(a: Content, b: Content): boolean {
  return a.size === b.size && [...a].every(([id, revision]) => b.get(id) === revision);
}

/** The checksum of two disjoint sets of rows together. */
export function addChecksums(a: Checksum, b: Checksum): Checksum {
  const sum = (BigInt(`0x${a.sum}`) + BigInt(`0x${b.sum}`)) & 0xffff_ffff_ffff_ffffn;
  return { rows: a.rows + b.rows, sum: sum.toString(16) };
}

export const NO_ROWS: Checksum = { rows: 0, sum: '0' };

/** 64 bits of one row's text: two multiplicative hashes of 32 bits with different constants. */
function hashRow({ id, region, revision, name, amount }: CrashRow): bigint {
  const text = JSON.stringify([id, region, revision, name, amount]);
  let [high, low] = [0x9e3779b9, 0x85ebca6b];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193) + (high >>> 13);
    low = Math.imul(low ^ unit, 0x5bd1e995) ^ (low >>> 15);
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
