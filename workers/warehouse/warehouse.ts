/** SQL in, Arrow out: the warehouse's door. */

import { Catalogs } from './catalogs.ts';
import { relationKey } from './copies.ts';
import { Engine, type WarehouseLogger } from './engine.ts';
import { SqlError } from './errors.ts';
import { StatementQueue, type Priority } from './queue.ts';
import { planReads } from './read-plan.ts';
import { portableType, type ResultColumn } from './result-types.ts';
import { rowsFromIpc, type PlainRow } from './rows.ts';
import { PrivateSession } from './private-session.ts';
import { checkPlan, collectResult, describeStatement, openResult, type Job } from './runner.ts';
import { admitStatements } from './session.ts';
import { Sessions, useSql } from './sessions.ts';
import { splitStatements, type Statement } from './statements.ts';
import { streamChunks } from './streaming.ts';
import type { ArrowStream, QueryResult, QueryRun, RelationSource } from './types.ts';

export interface WarehouseOptions {
  /** Same-origin addresses of `duckdb-browser-eh.worker.js` and `duckdb-eh.wasm`. */
  workerUrl: string;
  wasmUrl: string;
  source: RelationSource;
  logger?: WarehouseLogger;
  /** DuckDB size, `3GB` unless told. */
  memoryLimit?: string;
  /** Bytes of copies above which the least recently used are forgotten; 1.8 GB unless told. */
  cacheLimit?: number;
  createWorker?: (url: string) => Worker;
}

/**
 * A fast, disposable copy of the lake. Tables are hydrated when a statement names them; statements take turns on one
 * DuckDB thread. After an out-of-memory error or a trap the engine restarts by itself and hydrates again.
 * Errors: SqlError, ReadOnlyError, QueryCancelledError, OutOfMemoryError, WarehouseRestartedError, HydrationError,
 * WarehouseStartError.
 */
export class Warehouse {
  private readonly engine: Engine;
  private readonly catalogs: Catalogs;
  private readonly queue = new StatementQueue();
  private readonly sessions: Sessions;

  constructor(options: WarehouseOptions) {
    const { workerUrl, wasmUrl, source, logger, memoryLimit = '3GB', cacheLimit = 1.8e9 } = options;
    const createWorker = options.createWorker ?? ((url) => new Worker(url));
    this.engine = new Engine({ workerUrl, wasmUrl, memoryLimit, logger, createWorker });
    this.catalogs = new Catalogs(this.engine, { source, cacheLimit, logger });
    this.sessions = new Sessions(this.engine, this.catalogs);
  }

  /** Resolves when DuckDB answers; every other method starts it too. */
  start(): Promise<void> {
    return this.engine.start();
  }

  /** Throws the engine away; the next call starts another. Calls in progress reject with WarehouseRestartedError. */
  restart(reason = 'on request'): void {
    this.engine.restart(reason);
  }

  /** Runs all statements of a text and answers the last one's rows as one Arrow IPC stream. */
  async query(sql: string, run: QueryRun): Promise<QueryResult> {
    const last = await this.runAllButLast(sql, run);
    return this.turn(run, async () => {
      const { job, session } = await this.sessions.prepare(last, sql, run);
      const result = await collectResult(job, await openResult(this.catalogs, job), run.limit);
      session.note(job.statement);
      return result;
    });
  }

  /** Small results as plain objects; see `rowsFromIpc` for the forms of values. */
  async rows(sql: string, run: QueryRun): Promise<PlainRow[]> {
    const { ipc, columns } = await this.query(sql, run);
    return rowsFromIpc(ipc, columns);
  }

  /**
   * Streams the last statement's rows as raw Arrow IPC messages, on a connection of its own (temporary objects are not
   * seen). Rows are made as they are read: between two reads other statements have their turn. `columns` have the types
   * that the stream carries. Read to the end, leave the loop, or abort: each frees the connection.
   */
  async stream(sql: string, run: QueryRun): Promise<ArrowStream> {
    const last = await this.runAllButLast(sql, run);
    const connection = await this.turn(run, () => this.engine.connect());
    const job: Job = {
      statement: last,
      text: sql,
      catalog: run.catalog,
      connection,
      definitions: [],
      signal: run.signal,
    };
    try {
      const result = await this.turn(run, async () => {
        const home = await this.catalogs.sync(run.catalog);
        await connection.execute(useSql(run.catalog));
        job.statement = await this.catalogs.resolve(last, sql, home);
        return openResult(this.catalogs, job);
      });
      const columns = result.columns.map(({ name, type }) => ({ name, type: portableType(type) }));
      const take = <T>(task: () => Promise<T>) => this.turn(run, task);
      return { schema: result.schema, columns, batches: streamChunks(job, result, take, run.limit) };
    } catch (error) {
      await connection.close().catch(() => undefined);
      throw error;
    }
  }

  /** Names and DuckDB types of a SELECT's columns; nothing is hydrated or run. */
  async columnsOf(sql: string, run: QueryRun): Promise<ResultColumn[]> {
    const statement = lastOf(sql, splitStatements(sql));
    return this.turn(run, async () => {
      const { job, session } = await this.sessions.prepare(statement, sql, run);
      const { tokens } = job.statement;
      await this.catalogs.syncNamed(tokens, run.catalog);
      const plan = planReads(this.catalogs.byName, session.catalog, tokens, session.definitions);
      checkPlan(plan, sql);
      const columns = await describeStatement(job, plan);
      if (columns) return columns;
      throw new SqlError('Only the columns of a SELECT can be told without running it.', { sql });
    });
  }

  /** Lake relations that a SELECT reads, through views too, as `catalog.schema.name`. */
  async tableNames(sql: string, run: QueryRun): Promise<string[]> {
    return this.turn(run, async () => {
      const session = await this.sessions.of(run.catalog);
      const names = splitStatements(sql).flatMap(({ tokens }) => {
        const plan = planReads(this.catalogs.byName, session.catalog, tokens, session.definitions);
        return plan.tables.map(
          ({ catalog, copy }) => `${catalog.name}.${copy.relation.schema}.${copy.relation.name}`,
        );
      });
      return [...new Set(names)];
    });
  }

  /** Makes or replaces a view at once; it stays until it is dropped or the source lists another relation of its name. */
  async createView(
    catalog: string,
    schema: string,
    name: string,
    sql: string,
    priority?: Priority,
  ): Promise<void> {
    const statement = lastOf(sql, splitStatements(sql));
    const relation = {
      catalog,
      schema,
      name,
      kind: 'view' as const,
      version: 0,
      columns: [],
      numRecords: 0,
      sql: statement.sql,
    };
    await this.turn({ priority }, () => this.catalogs.createView(catalog, relation));
  }

  /** Drops a copy or a view from the warehouse, never from the lake. */
  async dropRelation(catalog: string, schema: string, name: string): Promise<void> {
    await this.turn({}, () => this.catalogs.dropRelation(catalog, schema, name));
  }

  /** Columns of a table that are in memory now: null when the table is unknown or not hydrated. */
  hydratedColumns(catalog: string, schema: string, name: string): string[] | null {
    return this.catalogs.byName.get(catalog)?.tables.get(relationKey(schema, name))?.hydrated ?? null;
  }

  /** A session with tables of its own, which no query sees and which sees no other; its statements take turns as a run's. */
  async openPrivate(): Promise<PrivateSession> {
    const connection = await this.turn({ priority: 'batch' }, () => this.engine.connect());
    return new PrivateSession(connection, {
      turn: (task, signal) => this.turn({ priority: 'batch', signal }, task),
      makeRoom: (bytes) => this.catalogs.loader.makeRoom(bytes),
      catalogs: this.catalogs.byName,
    });
  }

  /** Bytes that DuckDB holds. */
  memoryUsage(): Promise<number> {
    return this.turn({}, () => this.catalogs.loader.memoryUsage());
  }

  private async runAllButLast(sql: string, run: QueryRun): Promise<Statement> {
    const statements = splitStatements(sql);
    const last = lastOf(sql, statements);
    await this.turn(run, async () => admitStatements(sql, statements, await this.sessions.of(run.catalog)));
    for (const statement of statements.slice(0, -1)) {
      await this.turn(run, async () => {
        const { job, session } = await this.sessions.prepare(statement, sql, run);
        await collectResult(job, await openResult(this.catalogs, job));
        session.note(job.statement);
      });
    }
    return last;
  }

  private turn<T>(run: { priority?: Priority; signal?: AbortSignal }, task: () => Promise<T>): Promise<T> {
    return this.queue.run(run.priority ?? 'interactive', task, run.signal);
  }
}

function lastOf(sql: string, statements: readonly Statement[]): Statement {
  const last = statements.at(-1);
  if (!last)
    throw new SqlError('The statement is empty.', { sql, line: 1, column: 1, hint: 'Write a SELECT.' });
  return last;
}
