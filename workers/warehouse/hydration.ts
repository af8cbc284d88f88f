/** Loads the rows of a lake table into its copy, and makes sure that they are all there. */

import { RecordBatchReader } from 'apache-arrow';
import type { Connection } from './connection.ts';
import {
  HydrationError,
  OutOfMemoryError,
  QueryCancelledError,
  VersionGoneError,
  WarehouseRestartedError,
} from './errors.ts';
import { endOfStream, hasEndOfStream, joinBytes } from './ipc.ts';
import type { TableLoad } from './loads.ts';
import { countRows } from './pieces.ts';
import { rowsFromIpc } from './rows.ts';
import { createTableSql, isBuiltInCatalog, quoteIdentifier, quotePath } from './sql-text.ts';
import type { RelationSource } from './types.ts';

/**
 * Fills a copy with the rows of the lake at its version. The connection must be its own: a damaged stream poisons it.
 * Rejects with HydrationError when rows are missing or columns differ; the copy is then an empty shell again.
 */
export async function hydrateTable(
  source: RelationSource,
  connection: Connection,
  load: TableLoad,
  signal?: AbortSignal,
): Promise<void> {
  const { catalog, copy, columns, pieces } = load;
  const { relation } = copy;
  const path = quotePath(catalog.name, relation.schema, relation.name);
  const held = relation.columns.filter((column) => columns.includes(column.name));
  copy.hydrated = null;
  try {
    await connection.execute(`USE ${quoteIdentifier(catalog.name)}`);
    await connection.execute(createTableSql(path, held));
    await insertRows(source, connection, load, signal);
    await checkRows(connection, path, load);
    copy.hydrated = held.map((column) => column.name);
    copy.pieces = pieces;
    copy.rowsLoaded += countRows(relation, pieces) ?? 0;
  } catch (error) {
    throw nameTable(error, tableNameOf(load));
  }
}

async function insertRows(
  source: RelationSource,
  connection: Connection,
  load: TableLoad,
  signal?: AbortSignal,
): Promise<void> {
  const { relation } = load.copy;
  const target = await openTarget(connection, load);
  const whole = load.columns.length === relation.columns.length;
  const rows = source.read(relation, whole ? null : load.columns, signal, load.pieces ?? undefined);
  let first = true;
  for await (const stream of prefetch(rows, signal)) {
    if (first) checkColumns(stream, tableNameOf(load), load.columns);
    first = false;
    await connection.insert(target.schema, target.name, ownStream(stream));
  }
  await target.close();
}

/**
 * Where streams of a load are inserted. DuckDB's insertion takes a schema that is called like a catalog of its own for that catalog: then
 * rows go by way of a temporary table, which ends with the connection.
 */
async function openTarget(connection: Connection, { catalog, copy }: TableLoad) {
  const { schema, name } = copy.relation;
  if (!isBuiltInCatalog(schema)) return { schema, name, close: async () => undefined };
  const path = quotePath(catalog.name, schema, name);
  await connection.execute(`CREATE TEMP TABLE tarn_load AS FROM ${path} LIMIT 0`);
  const close = () => connection.execute(`INSERT INTO ${path} FROM tarn_load`);
  return { schema: 'main', name: 'tarn_load', close };
}

/** Asks for the next stream while the present one is inserted, so that decoding and inserting overlap. */
async function* prefetch<T>(items: AsyncIterable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  const aborted = abortOf(signal);
  let next = iterator.next();
  try {
    for (
      let item = await Promise.race([next, aborted]);
      !item.done;
      item = await Promise.race([next, aborted])
    ) {
      next = iterator.next();
      // A failure is met when its turn comes; until then it must not count as unhandled.
      next.catch(() => undefined);
      yield item.value;
    }
  } finally {
    // Left early: the stream asked for ahead is nobody's, its failure neither, and a slow reader is not waited for.
    next.catch(() => undefined);
    iterator.return?.().catch(() => undefined);
  }
}

/** Rejects when the signal aborts; never settles otherwise. */
function abortOf(signal?: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    const leave = () => reject(new QueryCancelledError(signal?.reason));
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave, { once: true });
  });
  aborted.catch(() => undefined);
  return aborted;
}

/** DuckDB inserts by position, so swapped columns would pass unseen. */
export function checkColumns(stream: Uint8Array, table: string, columns: readonly string[]): void {
  const names = RecordBatchReader.from(stream)
    .open()
    .schema.fields.map((field) => field.name);
  if (names.length !== columns.length || names.some((name, i) => name !== columns[i])) {
    throw new HydrationError(table, {
      expected: `columns ${columns.join(', ')}`,
      actual: `columns ${names.join(', ')}`,
    });
  }
}

/** The bytes are transferred, and a stream without its end is swallowed without an error: both are taken care of here. */
export function ownStream(stream: Uint8Array): Uint8Array {
  if (!hasEndOfStream(stream)) return joinBytes([stream, endOfStream]);
  const whole = stream.byteOffset === 0 && stream.byteLength === stream.buffer.byteLength;
  return whole ? stream : stream.slice();
}

async function checkRows(connection: Connection, path: string, load: TableLoad): Promise<void> {
  const { copy, pieces } = load;
  const { relation } = copy;
  const expected = countRows(relation, pieces);
  const [row] = rowsFromIpc(await connection.collect(`SELECT count(*) AS rows FROM ${path}`));
  if (expected === null || row?.rows === expected) return;
  throw new HydrationError(tableNameOf(load), {
    expected: `${expected} rows at version ${relation.version}${pieces ? `, in ${pieces.length} of its files` : ''}`,
    actual: `${String(row?.rows)} rows`,
  });
}

function tableNameOf({ catalog, copy: { relation } }: TableLoad): string {
  return `${catalog.name}.${relation.schema}.${relation.name}`;
}

/** The error of a load, naming the table; those that are no fault of its rows stay as they are. */
export function nameTable(error: unknown, table: string): unknown {
  const known = [
    HydrationError,
    OutOfMemoryError,
    QueryCancelledError,
    VersionGoneError,
    WarehouseRestartedError,
  ];
  if (known.some((type) => error instanceof type)) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return new QueryCancelledError(error);
  const { message, file } = (error instanceof Error ? error : { message: String(error) }) as {
    message: string;
    file?: string;
  };
  return new HydrationError(table, {
    expected: 'rows of the declared types',
    actual: message,
    file,
    cause: error,
  });
}
