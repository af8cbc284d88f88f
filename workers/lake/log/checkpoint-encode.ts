import { type DataType, Table, type Vector, vectorFromArray } from 'apache-arrow';
import { CHECKPOINT_SCHEMA } from './checkpoint-schema.ts';
import { writeIpc } from '../parquet/ipc.ts';
import { encodeParquet } from '../parquet/parquet.ts';
import { arrowTypeOf } from '../schema/arrow-types.ts';
import type { Action, DeltaType } from '../types.ts';

/**
 * A classic checkpoint file (PROTOCOL "V1 Spec"). Compressed with Snappy, which every reader knows. Call `initParquet` first.
 */
export function encodeCheckpoint(actions: Action[]): Uint8Array {
  const columns: Record<string, Vector> = {};
  for (const { name, type } of CHECKPOINT_SCHEMA.fields) {
    const bodies = actions.map((action) => (action as Record<string, unknown>)[name]);
    columns[name] = vectorFromArray(
      bodies.map((body) => arrowValue(body, type)),
      arrowTypeOf(type) as DataType,
    );
  }
  return encodeParquet(writeIpc(new Table(columns)), 'snappy');
}

/** A value of JSON as Arrow's builders take it. */
function arrowValue(value: unknown, type: DeltaType): unknown {
  if (value === undefined || value === null) return null;
  if (type === 'long') return BigInt(Math.trunc(value as number));
  if (typeof type === 'string') return value;
  if (type.type === 'array') return value;
  if (type.type === 'map') return new Map(Object.entries(value as Record<string, unknown>));
  const entries = type.fields.map(({ name, type: inner }) => [
    name,
    arrowValue((value as Record<string, unknown>)[name], inner),
  ]);
  return Object.fromEntries(entries);
}
