import { DataType, TimeUnit, type Decimal, type Vector } from 'apache-arrow';

import { parseDecimalWords, rescaleToCents } from './arrow-decimal.ts';
import type { CellValue } from '../columns/cell-builder.ts';
import type { ColumnType } from '../columns/schema.ts';

/** Reads the value of a row that is valid; undefined when the column's type cannot hold it unchanged. */
export type ReadCell = (column: Vector, row: number) => CellValue | null | undefined;

/** How values of an Arrow type become values of a source column; undefined when the types have nothing in common. */
export function cellReader(wanted: ColumnType, given: DataType): ReadCell | undefined {
  if (DataType.isNull(given)) return () => null;
  switch (wanted) {
    case 'string':
      return isText(given) ? (column, row) => String(column.get(row)) : undefined;
    case 'boolean':
      return DataType.isBool(given) ? (column, row) => (column.get(row) ? 1 : 0) : undefined;
    case 'integer':
      return DataType.isInt(given) || DataType.isFloat(given) ? readInteger : undefined;
    case 'long':
      return DataType.isInt(given) ? (column, row) => BigInt(column.get(row) as number | bigint) : undefined;
    case 'date':
      return dateReader(given);
    case 'timestamp':
      return DataType.isTimestamp(given) ? timestampReader(given.unit) : undefined;
    case 'decimal(18,2)':
      return amountReader(given);
  }
}

function isText(type: DataType): boolean {
  if (DataType.isDictionary(type)) return isText(type.dictionary as DataType);
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type);
}

function readInteger(column: Vector, row: number): number | undefined {
  const value = Number(column.get(row));
  return value === (value | 0) ? value | 0 : undefined;
}

const MS_PER_DAY = 86_400_000;
const MICROS_PER_DAY = 86_400_000_000n;

/** Days, milliseconds or timestamps of midnight; apache-arrow gives both kinds of date in milliseconds. */
function dateReader(given: DataType): ReadCell | undefined {
  if (DataType.isDate(given)) {
    return (column, row) => {
      const day = Number(column.get(row)) / MS_PER_DAY;
      return Number.isInteger(day) ? day : undefined;
    };
  }
  if (!DataType.isTimestamp(given)) return undefined;
  const read = timestampReader(given.unit);
  return (column, row) => {
    const micros = read(column, row);
    return micros !== undefined && micros % MICROS_PER_DAY === 0n
      ? Number(micros / MICROS_PER_DAY)
      : undefined;
  };
}

/** Microseconds since 1970; undefined when there are nanoseconds that would be lost. */
function timestampReader(unit: TimeUnit): (column: Vector, row: number) => bigint | undefined {
  // The stored integers, because Vector.get answers in milliseconds and loses the last digits.
  const stored = (column: Vector, row: number) => (column.data[0]?.values as BigInt64Array)[row] ?? 0n;
  switch (unit) {
    case TimeUnit.SECOND:
      return (column, row) => stored(column, row) * 1_000_000n;
    case TimeUnit.MILLISECOND:
      return (column, row) => stored(column, row) * 1_000n;
    case TimeUnit.MICROSECOND:
      return stored;
    case TimeUnit.NANOSECOND:
      return (column, row) => {
        const nanos = stored(column, row);
        return nanos % 1_000n === 0n ? nanos / 1_000n : undefined;
      };
  }
}

function amountReader(given: DataType): ReadCell | undefined {
  if (DataType.isDecimal(given)) {
    const { scale } = given as Decimal;
    return (column, row) => rescaleToCents(parseDecimalWords(column.get(row) as Uint32Array), scale);
  }
  if (DataType.isInt(given))
    return (column, row) => rescaleToCents(BigInt(column.get(row) as number | bigint), 0);
  if (!DataType.isFloat(given)) return undefined;
  const round = given.precision === 2 ? Number : Math.fround;
  return (column, row) => {
    const value = Number(column.get(row));
    const cents = Math.round(value * 100);
    return Number.isSafeInteger(cents) && round(cents / 100) === value ? cents + 0 : undefined;
  };
}
