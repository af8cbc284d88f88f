/** Tables of an operation's own, on a connection of its own: DuckDB shows temporary tables to no other connection. */

import type { Chunk, Connection } from './connection.ts';
import type { CatalogCopy } from './copies.ts';
import { pointTo, sourceOf, type SqlSource } from './engine-error.ts';
import { HydrationError, SqlError } from './errors.ts';
import { checkColumns, nameTable, ownStream } from './hydration.ts';
import { countRows, endOfStream, joinBytes } from './ipc.ts';
import { findReferences, type NamePath } from './references.ts';
import { rowsFromIpc } from './rows.ts';
import { openSql } from './runner.ts';
import { createTableSql, quotePath } from './sql-text.ts';
import { classifyStatement, splitStatements, type Statement } from './statements.ts';

/** What a session needs of its warehouse. */
export interface SessionHost {
  /** Takes a turn among all statements. */
  turn<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Forgets copies of the lake until so many bytes more have room; called in a turn. */
  makeRoom(bytes: number): Promise<void>;
  /** The lake's catalogs, whose tables are out of bounds here: their copies may be empty. */
  readonly catalogs: ReadonlyMap<string, CatalogCopy>;
}

/** Batches of 2,048 rows in one stream: 122,880 rows, a row group of DuckDB. */
const batchesPerStream = 60;

/**
 * Private tables and SELECTs over them. Nothing outlives a restart of the engine: every call rejects with
 * OutOfMemoryError or WarehouseRestartedError then. One SELECT at a time: other calls wait for no reader and reject.
 */
export class PrivateSession {
  private readonly tables = new Map<string, { names: string[]; rows: number }>();
  private state: 'idle' | 'reading' | 'closed' = 'idle';

  constructor(
    private readonly connection: Connection,
    private readonly host: SessionHost,
  ) {}

  /**
   * Makes or adds to a table from complete Arrow IPC streams, whose buffers are transferred.
   * @throws HydrationError when columns differ or rows are missing; the session is of no use then
   */
  async load(
    table: string,
    columns: readonly { name: string; type: string }[],
    streams: readonly Uint8Array[],
  ): Promise<void> {
    this.requireIdle();
    if (!this.tables.has(table)) {
      const sql = createTableSql(pathOf(table), columns, 'TEMP TABLE');
      await this.host.turn(() => this.connection.execute(sql));
      this.tables.set(table, { names: columns.map(({ name }) => name), rows: 0 });
    }
    try {
      for (const stream of streams) await this.host.turn(() => this.insert(table, stream));
    } catch (error) {
      throw nameTable(error, table);
    }
  }

  /** Forgets a table; nothing happens when there is none. */
  async drop(table: string): Promise<void> {
    this.requireIdle();
    this.tables.delete(table);
    await this.host.turn(() => this.connection.execute(`DROP TABLE IF EXISTS ${pathOf(table)}`));
  }

  /** The rows of one SELECT as complete Arrow IPC streams, none for no rows. @throws SqlError, QueryCancelledError */
  async *select(sql: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const { statement, source } = readSelect(sql, this.host.catalogs);
    this.requireIdle();
    this.state = 'reading';
    try {
      const open = () => openSql(this.connection, statement.sql, source, signal);
      const schema = await this.host.turn(open, signal);
      for (let left = true; left;) {
        const chunks = await this.host.turn(() => this.fetch(source, signal), signal);
        left = chunks.length === batchesPerStream;
        if (chunks.some(({ numRows }) => numRows > 0))
          yield joinBytes([schema, ...chunks.map(({ bytes }) => bytes), endOfStream]);
      }
    } finally {
      // A result left early ends with the connection's next statement.
      if (this.state === 'reading') this.state = 'idle';
    }
  }

  /** Drops all tables; further calls reject. */
  async close(): Promise<void> {
    if (this.state === 'closed') return;
    this.state = 'closed';
    // A connection of an engine that has restarted is gone already.
    await this.host.turn(() => this.connection.close()).catch(() => undefined);
  }

  private async insert(table: string, stream: Uint8Array): Promise<void> {
    const { names = [], rows = 0 } = this.tables.get(table) ?? {};
    checkColumns(stream, table, names);
    const expected = rows + countRows(stream);
    await this.host.makeRoom(stream.byteLength);
    await this.connection.insert('main', table, ownStream(stream));
    const sql = `SELECT count(*) AS rows FROM ${pathOf(table)}`;
    const [found] = rowsFromIpc(await this.connection.collect(sql));
    if (found?.rows !== expected)
      throw new HydrationError(table, {
        expected: `${expected} rows`,
        actual: `${String(found?.rows)} rows`,
      });
    this.tables.set(table, { names, rows: expected });
  }

  private async fetch(source: SqlSource, signal?: AbortSignal): Promise<Chunk[]> {
    const chunks: Chunk[] = [];
    while (chunks.length < batchesPerStream) {
      const chunk = await this.connection.fetch(signal).catch((error: unknown) => {
        throw pointTo(error, source);
      });
      if (!chunk) break;
      chunks.push(chunk);
    }
    return chunks;
  }

  private requireIdle(): void {
    if (this.state === 'idle') return;
    const what = this.state === 'closed' ? 'it has been closed' : 'a SELECT of it is still being read';
    throw new Error(`This session of the warehouse takes no call: ${what}.`);
  }
}

function pathOf(table: string): string {
  return quotePath('temp', 'main', table);
}

/** The one SELECT of a text, which names no table of the lake. */
function readSelect(
  sql: string,
  catalogs: ReadonlyMap<string, CatalogCopy>,
): { statement: Statement; source: SqlSource } {
  const [statement, another] = splitStatements(sql);
  if (!statement || another || classifyStatement(statement.tokens).kind !== 'select')
    throw new SqlError('Only one SELECT can be asked here.', { sql, line: 1, column: 1 });
  const { paths, computed } = findReferences(statement.tokens);
  if (computed) throw new SqlError('query() and query_table() need a literal here.', { sql });
  const outside = paths.find((path) => namesLake(path, catalogs));
  if (outside)
    throw new SqlError(`${outside.parts.join('.')} cannot be read here: other tables are not in sight.`, {
      sql,
      hint: 'Use the columns of the table itself; what other tables hold has to be written as values.',
    });
  return { statement, source: sourceOf(statement, sql) };
}

function namesLake({ parts }: NamePath, catalogs: ReadonlyMap<string, CatalogCopy>): boolean {
  return parts.length > 1 && (catalogs.get(parts[0] ?? '')?.keyOf(parts) ?? null) !== null;
}
