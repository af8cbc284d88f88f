import type { Data, Table } from 'apache-arrow';
import { isNullAt } from '../parquet/buffers.ts';
import { formatDate, floorDivide, formatMillis } from '../parquet/dates.ts';
import { formatDecimal, readBigEndian } from '../parquet/decimals.ts';
import { type ColumnStatistics, type Footer, readFooter } from '../parquet/footer.ts';
import { NumberText } from './json.ts';
import { decimalOf } from '../schema/schema.ts';
import type { Bound, FileStats } from './stats.ts';
import { compareCodePoints, lowerBound, upperBound } from './string-bounds.ts';
import type { DeltaType, StructField } from '../types.ts';

/** Columns that are indexed, counted in schema order as leaves (`delta.dataSkippingNumIndexedCols`); all that may not be null are. */
const INDEXED_COLUMNS = 32;

/**
 * Exact statistics of a data file. Bounds and null counts come from the Parquet footer; floats are looked through in the
 * Arrow data, since a NaN is not in the footer's bounds and would be skipped by readers that sort it last.
 * @param columns the columns in the file, in schema order, partition columns left out
 */
export function fileStats(file: Uint8Array, columns: StructField[], data: Table): FileStats {
  const footer = readFooter(file);
  const stats: FileStats = { numRecords: footer.numRows, minValues: {}, maxValues: {}, nullCount: {} };
  for (const column of indexedColumns(columns)) addColumn(stats, column, footer, data);
  return stats;
}

function addColumn(stats: FileStats, { name, type }: StructField, footer: Footer, data: Table): void {
  const found = footer.columns.get(name);
  if (!found || found.nullCount === undefined || typeof type !== 'string') return;
  stats.nullCount[name] = found.nullCount;
  if (found.nullCount === footer.numRows || type === 'boolean' || type === 'binary') return;
  if ((type === 'double' || type === 'float') && mayHoldNaN(data, name)) return;
  const bounds = boundsOf(found, type);
  if (bounds?.min !== undefined) stats.minValues[name] = bounds.min;
  if (bounds?.max !== undefined) stats.maxValues[name] = bounds.max;
}

function indexedColumns(columns: StructField[]): StructField[] {
  let leaves = 0;
  return columns.filter(({ type, nullable }) => {
    leaves += countLeaves(type);
    return leaves <= INDEXED_COLUMNS || !nullable;
  });
}

function countLeaves(type: DeltaType): number {
  if (typeof type === 'string' || type.type !== 'struct') return 1;
  return type.fields.reduce((sum, child) => sum + countLeaves(child.type), 0);
}

function boundsOf(column: ColumnStatistics, type: DeltaType): { min?: Bound; max?: Bound } | undefined {
  const { minBytes, maxBytes } = column;
  if (!minBytes?.length || !maxBytes?.length) return undefined;
  if (type === 'string') return textBounds(minBytes, maxBytes);
  if (type === 'double' || type === 'float') return floatBounds(minBytes, maxBytes);
  const min = minBytes.map((bytes) => readInteger(bytes)).reduce((a, b) => (b < a ? b : a));
  const max = maxBytes.map((bytes) => readInteger(bytes)).reduce((a, b) => (b > a ? b : a));
  return integerBounds(min, max, type);
}

function integerBounds(min: bigint, max: bigint, type: DeltaType): { min?: Bound; max?: Bound } {
  const decimal = decimalOf(type);
  if (decimal) {
    return {
      min: new NumberText(formatDecimal(min, decimal.scale)),
      max: new NumberText(formatDecimal(max, decimal.scale)),
    };
  }
  if (type === 'date') return { min: formatDate(Number(min)), max: formatDate(Number(max)) };
  if (type === 'timestamp' || type === 'timestamp_ntz') {
    // Milliseconds are all that other readers keep: down for the least, up for the greatest, so that no row falls outside.
    return {
      min: formatInstant(floorDivide(min, 1000n), type),
      max: formatInstant(-floorDivide(-max, 1000n), type),
    };
  }
  return { min, max };
}

function formatInstant(ms: bigint, type: 'timestamp' | 'timestamp_ntz'): string | undefined {
  const text = formatMillis(Number(ms));
  return type === 'timestamp' ? text && `${text}Z` : text;
}

/** Little-endian INT32 and INT64; anything else is a fixed-length decimal, big-endian. */
function readInteger(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength === 4) return BigInt(view.getInt32(0, true));
  if (bytes.byteLength === 8) return view.getBigInt64(0, true);
  return readBigEndian(bytes);
}

function floatBounds(
  minBytes: Uint8Array[],
  maxBytes: Uint8Array[],
): { min?: Bound; max?: Bound } | undefined {
  const min = Math.min(...minBytes.map(readFloat));
  const max = Math.max(...maxBytes.map(readFloat));
  // Infinities have no form in JSON.
  if (!Number.isFinite(min) || !Number.isFinite(max)) return undefined;
  return { min: new NumberText(formatFloat(min)), max: new NumberText(formatFloat(max)) };
}

function formatFloat(value: number): string {
  return Object.is(value, -0)
    ? '-0.0'
    : Number.isInteger(value) && Math.abs(value) < 1e15
      ? `${value}.0`
      : String(value);
}

function readFloat(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.byteLength === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

function textBounds(minBytes: Uint8Array[], maxBytes: Uint8Array[]): { min?: Bound; max?: Bound } {
  const decoder = new TextDecoder();
  const min = minBytes
    .map((bytes) => decoder.decode(bytes))
    .reduce((a, b) => (compareCodePoints(b, a) < 0 ? b : a));
  const max = maxBytes
    .map((bytes) => decoder.decode(bytes))
    .reduce((a, b) => (compareCodePoints(b, a) > 0 ? b : a));
  return { min: lowerBound(min), max: upperBound(max) };
}

function mayHoldNaN(table: Table, name: string): boolean {
  const column = table.getChild(name);
  return column === null || column.data.some(holdsNaN);
}

function holdsNaN(data: Data): boolean {
  const values = data.values as Float32Array | Float64Array;
  for (let row = 0; row < data.length; row += 1) {
    const value = values[row];
    // Only NaN differs from itself; what lies under a null does not count.
    if (value !== value && !isNullAt(data, row)) return true;
  }
  return false;
}
