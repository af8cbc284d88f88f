/** Runs single statements: bind, hydrate, execute. The caller holds the turn of the queue. */

import { RecordBatchReader } from 'apache-arrow';
import type { Catalogs } from './catalogs.ts';
import type { Chunk, Connection } from './connection.ts';
import { damagedError, holds, isPartial, type CatalogCopy } from './copies.ts';
import { isBindingError, isParserError, pointTo, sourceOf, type SqlSource } from './engine-error.ts';
import { SqlError } from './errors.ts';
import { endOfStream, joinBytes, truncateBatch } from './ipc.ts';
import { planReads, type Definition, type ReadPlan } from './read-plan.ts';
import { columnsOfSchema, withPortableColumns, type ResultColumn } from './result-types.ts';
import { rowsFromIpc } from './rows.ts';
import { createTableSql, quotePath } from './sql-text.ts';
import { keywordOf } from './sql-tokens.ts';
import { classifyStatement, type Statement } from './statements.ts';
import type { QueryResult } from './types.ts';

/** A statement to run and where. */
export interface Job {
  statement: Statement;
  /** The text it is part of. */
  text: string;
  catalog: string;
  connection: Connection;
  definitions: readonly Definition[];
  signal?: AbortSignal;
}

/** A result whose schema is known and whose rows are still to be fetched from the job's connection. */
export interface OpenResult {
  schema: Uint8Array;
  columns: ResultColumn[];
  source: SqlSource;
}

/** Verbs whose statements DESCRIBE understands. */
const describable = new Set(['select', 'with', 'from', 'values', 'table']);

/** Starts a statement: every row it needs is in the warehouse, and its columns are known. */
export async function openResult(catalogs: Catalogs, job: Job): Promise<OpenResult> {
  const { statement, text, signal } = job;
  const home = await catalogs.sync(job.catalog);
  await catalogs.syncNamed(statement.tokens, job.catalog);
  const plan = planReads(catalogs.byName, home, statement.tokens, job.definitions);
  checkPlan(plan, text);
  if (plan.metadata) await catalogs.showWhole();
  const columns = await describeStatement(job, plan);
  if (classifyStatement(statement.tokens).kind !== 'metadata') await catalogs.loader.hydrate(plan, signal);
  const portable = columns
    ? withPortableColumns(statement.sql, columns)
    : { sql: statement.sql, linesBefore: 0 };
  const source = { ...sourceOf(statement, text), linesBefore: portable.linesBefore };
  const schema = await openWhole(catalogs, job, plan, portable.sql, source);
  return { schema, columns: columns ?? columnsOfBytes(schema), source };
}

/** Throws what is known to be wrong before anything is bound. */
export function checkPlan(plan: ReadPlan, text: string): void {
  const [damaged] = plan.damaged;
  if (damaged) throw damagedError(damaged);
  for (const view of plan.views) if (view.broken) throw view.broken;
  if (!plan.computed) return;
  throw new SqlError('query() and query_table() need a literal here.', {
    sql: text,
    hint: 'Tables are loaded when a query names them, so their names must stand in the text.',
  });
}

/** The columns of a SELECT, bound but not run; null when DESCRIBE does not take the statement. */
export async function describeStatement(job: Job, plan: ReadPlan): Promise<ResultColumn[] | null> {
  const { statement, connection, text, signal } = job;
  const { verb } = classifyStatement(statement.tokens);
  const words = new Set(statement.tokens.map(keywordOf));
  if (!describable.has(verb) || words.has('explain') || words.has('pivot') || words.has('unpivot'))
    return null;
  const source = sourceOf(statement, text);
  // What a partial copy lacks cannot be bound over it; DuckDB would say so in the console too.
  const partial = plan.tables.filter(({ copy }) => isPartial(copy));
  const short = partial.some((use) => !holds(use.copy, use));
  try {
    return await (short
      ? describeOverShells(connection, source, partial)
      : describe(connection, source, signal));
  } catch (error) {
    if (isParserError(error)) return await explainRefusal(connection, source);
    if (!isBindingError(error) || partial.length === 0 || short) throw error;
    return await describeOverShells(connection, source, partial);
  }
}

/** Collects an open result into one stream; the first rows when it is longer than `limit`. */
export async function collectResult(job: Job, result: OpenResult, limit = Infinity): Promise<QueryResult> {
  const chunks: Uint8Array[] = [];
  let numRows = 0;
  let truncated = false;
  while (!truncated) {
    const chunk = await fetchChunk(job, result);
    if (!chunk) break;
    truncated = numRows + chunk.numRows > limit;
    if (truncated) cutChunk(result.schema, chunk, limit - numRows);
    numRows += chunk.numRows;
    if (chunk.numRows > 0) chunks.push(chunk.bytes);
  }
  const ipc = joinBytes([result.schema, ...chunks, endOfStream]);
  return { ipc, numRows, truncated, columns: result.columns };
}

/** The next rows of an open result; errors point into the caller's text. */
export async function fetchChunk(job: Job, result: OpenResult): Promise<Chunk | null> {
  try {
    return await job.connection.fetch(job.signal);
  } catch (error) {
    throw pointTo(error, result.source);
  }
}

/** Cuts a chunk to its first rows, in place. */
export function cutChunk(schema: Uint8Array, chunk: Chunk, rows: number): void {
  if (rows > 0) truncateBatch(chunk.bytes, schemaOf(schema), rows);
  chunk.numRows = rows;
}

/** A binding error over partial copies means that the columns were not told rightly: then all are taken. */
async function openWhole(
  catalogs: Catalogs,
  job: Job,
  plan: ReadPlan,
  sql: string,
  source: SqlSource,
): Promise<Uint8Array> {
  try {
    return await openSql(job.connection, sql, source, job.signal);
  } catch (error) {
    if (!isBindingError(error) || !plan.tables.some(({ copy }) => isPartial(copy))) throw error;
    for (const use of plan.tables) {
      use.columns = use.copy.relation.columns.map((column) => column.name);
      use.pieces = null;
    }
    await catalogs.loader.hydrate(plan, job.signal);
    return await openSql(job.connection, sql, source, job.signal);
  }
}

/** Starts a SELECT; the schema message of its rows. Errors point into the caller's text. */
export async function openSql(
  connection: Connection,
  sql: string,
  source: SqlSource,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  try {
    return await connection.open(sql, signal);
  } catch (error) {
    throw pointTo(error, source);
  }
}

async function describe(
  connection: Connection,
  source: SqlSource,
  signal?: AbortSignal,
): Promise<ResultColumn[]> {
  try {
    const rows = rowsFromIpc(await connection.collect(`DESCRIBE\n${source.sql}`, signal));
    return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  } catch (error) {
    throw pointTo(error, { ...source, linesBefore: 1 });
  }
}

/** Binds over tables as they are in the lake, and puts the partial copies back with a rollback. */
async function describeOverShells(
  connection: Connection,
  source: SqlSource,
  partial: ReadPlan['tables'],
): Promise<ResultColumn[]> {
  await connection.execute('BEGIN');
  try {
    for (const { catalog, copy } of partial) await connection.execute(shellSql(catalog, copy.relation));
    return await describe(connection, source);
  } finally {
    await connection.execute('ROLLBACK');
  }
}

function shellSql(
  catalog: CatalogCopy,
  relation: { schema: string; name: string; columns: ResultColumn[] },
): string {
  return createTableSql(quotePath(catalog.name, relation.schema, relation.name), relation.columns);
}

/** DESCRIBE may not take what DuckDB itself does: only DuckDB's own parser error counts. */
async function explainRefusal(connection: Connection, source: SqlSource): Promise<null> {
  try {
    await connection.check(source.sql);
  } catch (error) {
    const pointed = pointTo(error, source);
    if (isParserError(pointed)) throw pointed;
  }
  return null;
}

function schemaOf(schema: Uint8Array) {
  return RecordBatchReader.from(joinBytes([schema, endOfStream])).open().schema;
}

function columnsOfBytes(schema: Uint8Array): ResultColumn[] {
  return columnsOfSchema(schemaOf(schema));
}
