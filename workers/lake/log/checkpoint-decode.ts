import { MapRow, StructRow, type Table, Vector } from 'apache-arrow';
import { type ActionName, KEYS, parseActions, readAction } from './actions.ts';
import { LogError } from '../errors.ts';
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
  const column = table.getChild(name);
  if (!column) return [];
  const children = keys.map((key) => ({ key, child: column.getChild(key) }));
  const parsedRecords = column.getChild('stats_parsed')?.getChild('numRecords');
  const rows: Record<string, unknown>[] = [];
  for (let index = 0; index < column.length; index += 1) {
    if (!column.isValid(index)) continue;
    const row: Record<string, unknown> = {};
    for (const { key, child } of children) {
      if (child?.isValid(index)) row[key] = plainValue(child.get(index));
    }
    // Writers may keep statistics as a struct only; the number of rows is what every reader here needs.
    if (parsedRecords?.isValid(index))
      row.stats ??= JSON.stringify({ numRecords: Number(parsedRecords.get(index)) });
    rows.push(row);
  }
  return rows;
}

/** A value of Arrow as JSON has it; sizes and times are below 2^53. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Vector) return [...value].map(plainValue);
  if (value instanceof MapRow)
    return Object.fromEntries([...value].map(([key, item]) => [key, plainValue(item)]));
  if (value instanceof StructRow) {
    const entries = [...value].filter(([, item]) => item !== null);
    return Object.fromEntries(entries.map(([key, item]) => [key, plainValue(item)]));
  }
  return value;
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
