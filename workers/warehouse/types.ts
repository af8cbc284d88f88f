/** The types that cross the warehouse's border. SQL in, Arrow out. */

/** What is known of some rows, usually those of a file, without reading them. */
export interface RowBounds {
  /** By partition column: the value as the Delta log writes it, `null` for NULL. */
  partitionValues: Record<string, string | null>;
  /** By column, as text that DuckDB casts to the column's type; `min` is not above and `max` not below any value. */
  bounds: Record<string, { min?: string; max?: string; nullCount?: number }>;
  numRecords: number | undefined;
}

/** Rows of a table that are loaded together: those of one file. */
export interface Piece extends RowBounds {
  /** Unique within the table at its version. */
  id: string;
  numRecords: number;
}

/** A relation of the lake, as the warehouse needs to know it. */
export interface RelationInfo {
  catalog: string;
  schema: string;
  name: string;
  kind: 'table' | 'view';
  /** Lake version; a cached copy of another version is thrown away. For views: any number that changes with the SQL. */
  version: number;
  /** Differs where one version number stands for two states: the table was dropped and made again, or commits were taken back. */
  stamp?: string;
  /** The table that this is a version of, chosen by number or moment; its own name is then `table@v3`. */
  formerOf?: string;
  columns: { name: string; type: string }[];
  /** Null when the lake does not know. */
  numRecords: number | null;
  /** All its rows, each once; left out when the rows of one are not counted. */
  pieces?: readonly Piece[];
  /** SELECT of a view. */
  sql?: string;
  /** Why the table cannot be read: whoever names it hears so, and nobody else. It has no columns then. */
  problem?: string;
}

/** The lake, as the warehouse sees it; given by whoever composes the rooms. */
export interface RelationSource {
  /** Called before every statement; answer the same array while nothing has changed. */
  relations(catalog: string): Promise<RelationInfo[]>;
  /**
   * A table as it was: at a version, or at a moment (text, UTC unless it has a zone).
   * @throws an error whose message tells which versions there are
   */
  relationAt(table: RelationInfo, at: number | string): Promise<RelationInfo>;
  /** Catalogs that `lab.schema.table` may name; without it, those already used. */
  catalogs?(): string[];
  /**
   * The rows of a table at `relation.version` as complete Arrow IPC streams, each with exactly `columns` in that order
   * (`null`: all, in schema order). `timestamp` columns may come with a UTC zone: the warehouse stores naive UTC.
   * `pieces`, which only a relation that lists its own is asked for: just their rows.
   */
  read(
    relation: RelationInfo,
    columns: string[] | null,
    signal?: AbortSignal,
    pieces?: readonly Piece[],
  ): AsyncIterable<Uint8Array>;
}

export interface QueryRun {
  /** Rows stop here; the stream says so. */
  limit?: number;
  signal?: AbortSignal;
  /** Catalog that unqualified names resolve in. */
  catalog: string;
  /** Whose turn comes first: a person (default) or a run. */
  priority?: 'interactive' | 'batch';
}

/** A result as raw Arrow IPC: the schema message once, then record-batch messages. */
export interface ArrowStream {
  schema: Uint8Array;
  columns: { name: string; type: string }[];
  batches: AsyncIterable<{ bytes: Uint8Array; numRows: number }>;
}

/** A result as one complete Arrow IPC stream, at most `limit` rows long. */
export interface QueryResult {
  ipc: Uint8Array;
  numRows: number;
  /** True when the limit cut the result. */
  truncated: boolean;
  /** DuckDB type names. Types that Arrow cannot carry (ENUM, INTERVAL, UHUGEINT, ...) cross as VARCHAR. */
  columns: { name: string; type: string }[];
}
