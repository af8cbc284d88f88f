/** How literals of SQL and values of the Delta log are made comparable. */

import type { Token } from './sql-tokens.ts';

export type Comparable = string | bigint | number;

/** How the values of one column type are read. */
export interface ValueReader {
  /** The literal at a place and where it ends; null when it is none, or its meaning is not certain. */
  literal(tokens: readonly Token[], at: number): { value: Comparable; end: number } | null;
  /** A partition value or lower bound of the log; null when its meaning is not certain. */
  value(text: string): Comparable | null;
  /** As `value`, for an upper bound, which may have been cut. */
  upperBound(text: string): Comparable | null;
  /** NaN is above all other values, and bounds may leave it out. */
  hasNaN: boolean;
}

/** A reader whose upper bounds are plain values, unless told. */
export function readerOf(
  literal: ValueReader['literal'],
  value: ValueReader['value'],
  { upperBound = value, hasNaN = false }: Partial<ValueReader> = {},
): ValueReader {
  return { literal, value, upperBound, hasNaN };
}
