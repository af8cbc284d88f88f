import {
  type DataType,
  Field,
  Int64,
  Map_,
  Struct,
  Table,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { serializeActions } from '../../../../workers/lake/log/actions.ts';
import { encodeCheckpoint } from '../../../../workers/lake/log/checkpoint-encode.ts';
import { readIpc, writeIpc } from '../../../../workers/lake/parquet/ipc.ts';
import { decodeParquet, encodeParquet } from '../../../../workers/lake/parquet/parquet.ts';
import type { Action } from '../../../../workers/lake/types.ts';
import { addOf } from './logs.ts';

export interface Sidecar {
  path: string;
  sizeInBytes: number;
  modificationTime: number;
}

/** A struct column of the given types, null where there is no row. */
export function structColumn(
  types: Record<string, DataType>,
  rows: (Record<string, unknown> | null)[],
): Vector {
  return vectorFromArray(rows, structType(types));
}

export function structType(types: Record<string, DataType>): Struct {
  return new Struct(Object.entries(types).map(([name, type]) => new Field(name, type, true)));
}

export function stringMap(): Map_ {
  const entry = [new Field('key', new Utf8(), false), new Field('value', new Utf8(), true)] as const;
  return new Map_(new Field('key_value', new Struct<{ key: Utf8; value: Utf8 }>([...entry]), false));
}

/** A checkpoint of the two first actions, and of columns that are made by hand; these have three rows, the first two null. */
export async function checkpointWith(first: Action[], columns: Record<string, Vector>): Promise<Uint8Array> {
  const table = readIpc(await decodeParquet(encodeCheckpoint([...first, addOf('placeholder')]), null));
  const kept = Object.fromEntries(
    ['protocol', 'metaData'].map((name) => [name, table.getChild(name) as Vector]),
  );
  return encodeParquet(writeIpc(new Table({ ...kept, ...columns })), 'zstd');
}

/** The top file of a V2 checkpoint. */
export async function v2Checkpoint(first: Action[], sidecar: Sidecar, format: string): Promise<Uint8Array> {
  if (format === 'json') {
    const lines = [{ checkpointMetadata: { version: 5 } }, { sidecar }].map(
      (line) => `${JSON.stringify(line)}\n`,
    );
    return new Uint8Array([...serializeActions(first), ...new TextEncoder().encode(lines.join(''))]);
  }
  const types = { path: new Utf8(), sizeInBytes: new Int64(), modificationTime: new Int64() };
  const row = { path: sidecar.path, sizeInBytes: BigInt(sidecar.sizeInBytes), modificationTime: 1n };
  return checkpointWith(first, { sidecar: structColumn(types, [null, null, row]) });
}
