/** The errors of the warehouse. Names are stable; positions are 1-based. */

interface SqlErrorFields {
  sql: string;
  line?: number;
  column?: number;
  hint?: string;
  cause?: unknown;
}

/** DuckDB refuses or cannot run the SQL. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  /** The whole text as the caller gave it; `line` and `column` point into it. */
  readonly sql: string;
  readonly line?: number;
  readonly column?: number;
  /** What DuckDB suggests: candidates, the functions it knows, what to cast. */
  readonly hint?: string;

  constructor(message: string, fields: SqlErrorFields) {
    super(message, { cause: fields.cause });
    this.sql = fields.sql;
    this.line = fields.line;
    this.column = fields.column;
    this.hint = fields.hint;
  }
}

/** The statement would change something: the warehouse is a copy of the lake, so only reads and temporary objects pass. */
export class ReadOnlyError extends Error {
  override readonly name = 'ReadOnlyError';
  readonly sql: string;
  readonly line?: number;
  readonly column?: number;
  readonly hint?: string;

  constructor(message: string, fields: SqlErrorFields) {
    super(message);
    this.sql = fields.sql;
    this.line = fields.line;
    this.column = fields.column;
    this.hint = fields.hint;
  }
}

/** The caller aborted the query; the warehouse is ready for the next one. */
export class QueryCancelledError extends Error {
  override readonly name = 'QueryCancelledError';

  constructor(cause?: unknown) {
    super('The query was cancelled.', { cause });
  }
}

/** The query or load needed more memory than the warehouse may use; the warehouse has restarted, the lake is untouched. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError';
  readonly hint =
    'Select fewer columns, filter or aggregate earlier, sort less, or run the lab with fewer rows; close other tabs if the machine is short of memory.';

  constructor(limit: string, cause?: unknown) {
    super(
      `The warehouse ran out of memory (limit ${limit}). It has been restarted; the lake is untouched. ` +
        'Select fewer columns, filter or aggregate earlier, and try again.',
      { cause },
    );
  }
}

/** The engine was restarted under a call; nothing in the lake changed and the call can be made again. */
export class WarehouseRestartedError extends Error {
  override readonly name = 'WarehouseRestartedError';

  constructor(reason: string, cause?: unknown) {
    super(`The warehouse was restarted (${reason}) while this query was in progress. Run it again.`, {
      cause,
    });
  }
}

/** DuckDB could not be started: its worker or its WebAssembly could not be loaded. */
export class WarehouseStartError extends Error {
  override readonly name = 'WarehouseStartError';

  constructor(what: string, cause?: unknown) {
    super(
      `The warehouse cannot start: ${what}. Reload the page; if it happens again, check that the site is complete.`,
      {
        cause,
      },
    );
  }
}

/** The copy of a lake table does not hold what the lake says it should; the copy has been thrown away. */
export class HydrationError extends Error {
  override readonly name = 'HydrationError';
  /** `catalog.schema.table`. */
  readonly table: string;
  readonly expected: string;
  readonly actual: string;

  constructor(table: string, expected: string, actual: string, cause?: unknown) {
    super(
      `Loading ${table} from the lake failed: expected ${expected}, got ${actual}. Run the lab again if its files are damaged.`,
      { cause },
    );
    this.table = table;
    this.expected = expected;
    this.actual = actual;
  }
}
