/** What is known of a column's values in some rows, without reading them. */

import type { RowBounds } from './types.ts';
import type { Comparable, ValueReader } from './value-reader.ts';

/** An end that is not known is null. */
export interface ValueRange {
  min: Comparable | null;
  max: Comparable | null;
  mayBeNull: boolean;
  mayHaveValue: boolean;
}

/** The range of a column; `reader` null when values of its type are not compared. */
export function rangeOf(rows: RowBounds, column: string, reader: ValueReader | null): ValueRange {
  const { partitionValues, bounds, numRecords } = rows;
  if (Object.hasOwn(partitionValues, column)) return rangeOfValue(partitionValues[column] || null, reader);
  const { min, max, nullCount } = bounds[column] ?? {};
  return {
    min: min === undefined ? null : (reader?.value(min) ?? null),
    max: max === undefined ? null : (reader?.upperBound(max) ?? null),
    mayBeNull: nullCount !== 0,
    mayHaveValue: nullCount === undefined || numRecords === undefined || nullCount < numRecords,
  };
}

/** The one value of a partition; empty text is NULL (PROTOCOL "Partition Value Serialization"). */
function rangeOfValue(text: string | null, reader: ValueReader | null): ValueRange {
  const value = text === null ? null : (reader?.value(text) ?? null);
  return { min: value, max: value, mayBeNull: text === null, mayHaveValue: text !== null };
}
