import type { Data, Table } from 'apache-arrow';
import { type ActionName, KEYS, parseActions, readAction } from './actions.ts';
import { LogError } from '../errors.ts';
import { plainReader } from './plain-values.ts';
import { isNullAt } from '../parquet/buffers.ts';
import { readIpc } from '../parquet/ipc.ts';
import { decodeParquet } from '../parquet/parquet.ts';
import type { Action } from '../types.ts';

export interface CheckpointContent {
  actions: Action[];
  /** Names of files in `_sidecars` that hold more actions (PROTOCOL "Sidecar File Information"). */
  sidecars: string[];
}

/** What a checkpoint may hold; `deletionVector` is kept, so that the snapshot can refuse it. */
const COLUMNS: { name: ActionName; keys: readonly string[] }[] = [
  { name: 'protocol', keys: KEYS.protocol },
  { name: 'metaData', keys: KEYS.metaData },
  { name: 'txn', keys: KEYS.txn },
  { name: 'domainMetadata', keys: KEYS.domainMetadata },
  { name: 'add', keys: [...KEYS.add, 'deletionVector'] },
  { name: 'remove', keys: KEYS.remove },
];

/**
 * The actions of a checkpoint file, Parquet or JSON. Columns and keys that are not known are ignored. Call `initParquet` first.
 * @throws LogError when the file is none
 */
export async function decodeCheckpoint(bytes: Uint8Array, file: string): Promise<CheckpointContent> {
  try {
    if (!file.endsWith('.json')) return readTable(readIpc(await decodeParquet(bytes, null)), file);
    return { actions: parseActions(bytes, file), sidecars: jsonSidecars(bytes) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LogError(`${file} cannot be read as a checkpoint: ${reason}`, { cause });
  }
}

function readTable(table: Table, file: string): CheckpointContent {
  const actions = COLUMNS.flatMap(({ name, keys }) =>
    rowsOf(table, name, keys).map((body) => readAction(name, body, `${file}, column ${name}`)),
  );
  return { actions, sidecars: rowsOf(table, 'sidecar', ['path']).map(sidecarName) };
}

/** The rows that have a value in a column, with the wanted keys and without nulls. */
function rowsOf(table: Table, name: string, keys: readonly string[]): Record<string, unknown>[] {
  return (table.getChild(name)?.data ?? []).flatMap((chunk) => rowsOfChunk(chunk, keys));
}

function rowsOfChunk(chunk: Data, keys: readonly string[]): Record<string, unknown>[] {
  const readers = keys.flatMap((key) => {
    const child = childOf(chunk, key);
    return child ? [{ key, read: plainReader(child) }] : [];
  });
  const stats = childOf(chunk, 'stats_parsed');
  const parsedRecords = stats && childOf(stats, 'numRecords');
  const rows: Record<string, unknown>[] = [];
  for (let index = 0; index < chunk.length; index += 1) {
    if (isNullAt(chunk, index)) continue;
    const row: Record<string, unknown> = {};
    for (const { key, read } of readers) {
      const value = read(index);
      if (value !== undefined) row[key] = value;
    }
    // Writers may keep statistics as a struct only; the number of rows is what every reader here needs.
    if (parsedRecords && !isNullAt(parsedRecords, index))
      row.stats ??= JSON.stringify({ numRecords: plainReader(parsedRecords)(index) });
    rows.push(row);
  }
  return rows;
}

function childOf(chunk: Data, name: string): Data | undefined {
  const fields = chunk.type.children as { name: string }[];
  return chunk.children[fields.findIndex((field) => field.name === name)];
}

function jsonSidecars(bytes: Uint8Array): string[] {
  const lines = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.flatMap((line) => {
    const { sidecar } = JSON.parse(line) as { sidecar?: Record<string, unknown> };
    return sidecar ? [sidecarName(sidecar)] : [];
  });
}

/** Sidecars lie in one folder; some writers give the whole path. */
function sidecarName({ path }: Record<string, unknown>): string {
  return String(path).split('/').at(-1) ?? '';
}
