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

/** The table cannot be read at all; `problem` says why. Statements that do not name it are not concerned. */
export class TableDamagedError extends Error {
  override readonly name = 'TableDamagedError';

  /** @param table `catalog.schema.table` */
  constructor(
    readonly table: string,
    problem: string,
  ) {
    super(
      `${table} cannot be read: ${problem} Open the table's page to mend it; other tables are not concerned.`,
    );
  }
}

/** A former version of a table whose data files are no longer there. */
export class VersionGoneError extends Error {
  override readonly name = 'VersionGoneError';

  /** @param readable in words: `versions 3 to 7` */
  constructor(table: string, version: number, readable: string, cause?: unknown) {
    super(
      `Version ${version} of ${table} can no longer be read: some of its data files were deleted (VACUUM). There still are ${readable}.`,
      { cause },
    );
  }
}

/** What a load met and what it should have met. */
interface LoadFault {
  expected: string;
  actual: string;
  /** The data file, where it is known. */
  file?: string;
  cause?: unknown;
}

/** The lake did not give the rows of a table that it says it has; the copy has been thrown away, other tables are not concerned. */
export class HydrationError extends Error {
  override readonly name = 'HydrationError';
  /** `catalog.schema.table`. */
  readonly table: string;
  readonly expected: string;
  readonly actual: string;
  readonly file?: string;

  constructor(table: string, { expected, actual, file, cause }: LoadFault) {
    const where = file !== undefined && !actual.includes(file) ? `${file}: ` : '';
    super(
      `Loading ${table} from the lake failed: expected ${expected}, got ${where}${actual.replace(/\.$/, '')}. ` +
        "Open the table's page to check and mend it; other tables are not concerned.",
      { cause },
    );
    this.table = table;
    this.expected = expected;
    this.actual = actual;
    this.file = file;
  }
}
