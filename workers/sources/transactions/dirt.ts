import { drawBelow, drawUnit, type RandomStream } from './random.ts';
import type { TransactionRows } from './rows.ts';

const LIMIT_CENTS = 100_000_000;

/**
 * Spoils the first `count` rows. Each kind of dirt hits its own share `rate` of the rows that can have it: non-positive amounts,
 * amounts above 1 000 000, one null key (id, customer, amount or date, a quarter each), null currency, null card, no merchant.
 */
export function spoilRows(rows: TransactionRows, count: number, rate: number, random: RandomStream): void {
  for (let row = 0; row < count; row++) {
    spoilAmount(rows, row, rate, random);
    spoilKey(rows, row, rate, random);
    if (drawUnit(random) < rate) rows.currency[row] = -1;
    if (drawUnit(random) < rate) rows.card[row] = -1;
    if (drawUnit(random) < rate) rows.merchant[row] = -1;
  }
}

/** Appends exact duplicates of rows that have an id: rows `count` .. `count + duplicates - 1`. */
export function appendDuplicates(
  rows: TransactionRows,
  count: number,
  duplicates: number,
  random: RandomStream,
): void {
  const columns: (Int32Array | Float64Array)[] = Object.values(rows);
  for (let row = count; row < count + duplicates; row++) {
    const source = drawSource(rows.ordinal, count, random);
    for (const column of columns) column[row] = column[source] ?? 0;
  }
}

function spoilAmount(rows: TransactionRows, row: number, rate: number, random: RandomStream): void {
  const u = drawUnit(random);
  if (u < rate / 2) rows.cents[row] = 0;
  else if (u < rate) rows.cents[row] = -(rows.cents[row] ?? 0);
  else if (u < 2 * rate) rows.cents[row] = LIMIT_CENTS + 1 + drawBelow(random, 9 * LIMIT_CENTS);
}

function spoilKey(rows: TransactionRows, row: number, rate: number, random: RandomStream): void {
  const u = drawUnit(random);
  if (u >= rate) return;
  if (u < rate * 0.25) rows.ordinal[row] = -1;
  else if (u < rate * 0.5) rows.customer[row] = -1;
  else if (u < rate * 0.75) rows.cents[row] = NaN;
  else rows.date[row] = -1;
}

function drawSource(ordinals: Int32Array, count: number, random: RandomStream): number {
  let source = drawBelow(random, count);
  // Bounded, because a tiny partition may have no row with an id.
  for (let attempt = 0; attempt < 64 && (ordinals[source] ?? -1) < 0; attempt++)
    source = drawBelow(random, count);
  return source;
}
