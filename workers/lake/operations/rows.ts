/** How operations look into data files: decoded, laid into a private table, and asked in SQL. */

import { readIpc } from '../parquet/ipc.ts';
import { duckdbTypeOf } from '../schema/duckdb-types.ts';
import type { TableLog } from '../log/table-log.ts';
import type { AddFile, Codec, RowEngine, RowSession, StructType } from '../types.ts';

/** What an operation that reads or writes rows is given. */
export interface RowPorts {
  codec: Codec;
  rows: RowEngine;
  signal?: AbortSignal;
}

/** The columns of a table, as a file of it is decoded. */
export interface FileShape {
  schema: StructType;
  partitionColumns: string[];
}

/** A column by its name and DuckDB type. */
export interface Column {
  name: string;
  type: string;
}

/** The private table that holds the rows of one data file; of a name that no condition has by accident. */
export const ROWS = 'tarn_rows';

/** Files decoded ahead of the one that is looked at. */
const DECODE_AHEAD = 2;

/** Columns of a schema with their DuckDB types. */
export function columnsOf(schema: StructType): Column[] {
  return schema.fields.map(({ name, type }) => ({ name, type: duckdbTypeOf(type) }));
}

/** Opens a session for the task and closes it, however the task ends. */
export async function withSession<T>(rows: RowEngine, task: (session: RowSession) => Promise<T>): Promise<T> {
  const session = await rows.open();
  try {
    return await task(session);
  } finally {
    await session.close();
  }
}

/** The rows of a small result as plain objects; BIGINT as bigint. @throws SqlError */
export async function selectRows(session: RowSession, sql: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const ipc of session.select(sql)) {
    for (const row of readIpc(ipc).toArray() as { toJSON(): Record<string, unknown> }[])
      rows.push(row.toJSON());
  }
  return rows;
}

/** The one number of `SELECT count(*) ...`. */
export async function selectCount(session: RowSession, sql: string): Promise<number> {
  const [row] = await selectRows(session, sql);
  return Number(Object.values(row ?? {})[0] ?? 0);
}

/**
 * Lays the rows of one file after the other into table `tarn_rows` and yields the file; the next ones are decoded meanwhile.
 * @param columns those wanted, null for all
 * @throws DataFileError, SchemaError
 */
export async function* eachFile(
  log: TableLog,
  ports: RowPorts,
  session: RowSession,
  files: AddFile[],
  shape: FileShape,
  columns: string[] | null = null,
): AsyncGenerator<AddFile> {
  const decode = (add: AddFile) =>
    ports.codec.decode({ tablePath: log.path, add, ...shape, columns }, ports.signal);
  for await (const { item, result } of mapAhead(files, decode)) {
    await loadRows(session, shape, columns, result);
    yield item;
    await session.drop(ROWS);
  }
}

/** Lays the rows of one file into table `tarn_rows`, in place of those that were there. @throws DataFileError, SchemaError */
export async function loadFile(
  log: TableLog,
  ports: RowPorts,
  session: RowSession,
  add: AddFile,
  shape: FileShape,
): Promise<void> {
  const job = { tablePath: log.path, add, ...shape, columns: null };
  const ipc = await ports.codec.decode(job, ports.signal);
  await session.drop(ROWS);
  await loadRows(session, shape, null, ipc);
}

async function loadRows(
  session: RowSession,
  { schema }: FileShape,
  names: string[] | null,
  ipc: Uint8Array,
): Promise<void> {
  const columns = columnsOf(schema);
  const wanted = names?.flatMap((name) => columns.find((column) => column.name === name) ?? []);
  await session.load(ROWS, wanted ?? columns, [ipc]);
}

/** Results in order, some of them in the making while one is used. */
export async function* mapAhead<T, R>(
  items: T[],
  make: (item: T) => Promise<R>,
): AsyncGenerator<{ item: T; result: R }> {
  const ahead: { item: T; made: Promise<R> }[] = [];
  const rest = items[Symbol.iterator]();
  for (;;) {
    while (ahead.length <= DECODE_AHEAD) {
      const next = rest.next();
      if (next.done) break;
      const made = make(next.value);
      // A failure is met when its turn comes; until then it must not count as unhandled.
      made.catch(() => undefined);
      ahead.push({ item: next.value, made });
    }
    const first = ahead.shift();
    if (!first) return;
    yield { item: first.item, result: await first.made };
  }
}

/** `we"ird` becomes `"we""ird"`. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
