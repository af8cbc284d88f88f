import { type ExactJson, NumberText, parseExactJson, writeJson } from './json.ts';
import { decimalOf } from '../schema/schema.ts';
import type { DeltaType, StructType } from '../types.ts';

/** A bound of a column: bigint for whole numbers, decimal digits as `NumberText`, ISO text for dates and timestamps. */
export type Bound = bigint | number | string | NumberText;

/** Statistics of one data file (PROTOCOL "Per-file Statistics"). Partition columns have none. */
export interface FileStats {
  numRecords: number;
  minValues: Record<string, Bound>;
  maxValues: Record<string, Bound>;
  nullCount: Record<string, number>;
}

/** The `stats` of an add action, one line, every digit kept. */
export function serializeStats({ numRecords, minValues, maxValues, nullCount }: FileStats): string {
  return writeJson({ numRecords, minValues, maxValues, nullCount });
}

/** `numRecords` alone; undefined without statistics, or when they are not JSON. */
export function readNumRecords(stats: string | undefined): number | undefined {
  if (!stats) return undefined;
  try {
    const value = (JSON.parse(stats) as { numRecords?: unknown } | null)?.numRecords;
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
  } catch (cause) {
    // Statistics are optional, and a reader does without those it cannot read.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/**
 * Statistics of an add action with exact values: `long` and the other integers as bigint, `decimal` as its digits.
 * Nested and unknown columns are left out. @throws SyntaxError when the text is not JSON
 */
export function parseStats(stats: string, schema: StructType): FileStats {
  const value = asObject(parseExactJson(stats));
  const nulls: Record<string, number> = {};
  for (const [name, count] of Object.entries(asObject(value.nullCount))) {
    if (count instanceof NumberText) nulls[name] = Number(count.text);
  }
  return {
    numRecords: value.numRecords instanceof NumberText ? Number(value.numRecords.text) : 0,
    minValues: readBounds(asObject(value.minValues), schema),
    maxValues: readBounds(asObject(value.maxValues), schema),
    nullCount: nulls,
  };
}

function readBounds(values: Record<string, ExactJson>, schema: StructType): Record<string, Bound> {
  const bounds: Record<string, Bound> = {};
  for (const { name, type } of schema.fields) {
    const bound = readBound(values[name], type);
    if (bound !== undefined) bounds[name] = bound;
  }
  return bounds;
}

function readBound(value: ExactJson | undefined, type: DeltaType): Bound | undefined {
  if (typeof value === 'string') return value;
  if (!(value instanceof NumberText)) return undefined;
  if (decimalOf(type)) return value;
  return type === 'double' || type === 'float' ? Number(value.text) : BigInt(value.text);
}

function asObject(value: ExactJson | undefined): Record<string, ExactJson> {
  const plain =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
  return plain ? value : {};
}
