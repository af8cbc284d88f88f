/** SQL over rows, as operations ask it. */

/**
 * A place to ask SQL of rows: the warehouse, as operations of the lake see it. Its tables are private and vanish with it; lake tables
 * are not in sight.
 */
export interface RowSession {
  /**
   * Makes or adds to a table from complete Arrow IPC streams, whose buffers are transferred. `columns` are DuckDB types; `timestamp`
   * columns become naive UTC.
   */
  load(table: string, columns: { name: string; type: string }[], ipc: Uint8Array[]): Promise<void>;
  /** Forgets a table. */
  drop(table: string): Promise<void>;
  /** One at a time: until it is read or left, other calls reject. The rows of one SELECT as complete Arrow IPC streams of at most about 120 000 rows; none for no rows. @throws SqlError */
  select(sql: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export interface RowEngine {
  open(): Promise<RowSession>;
  /**
   * A test on files for a SQL condition: false only when no row of the file can meet it, told from partition values and
   * statistics. `columns` are those of the table, with DuckDB types.
   */
  mayMatch(condition: string, columns: { name: string; type: string }[]): (file: FileBounds) => boolean;
}

/** What is known of a file without reading it. */
export interface FileBounds {
  /** As in the log; empty for tables without partitions. */
  partitionValues: Record<string, string | null>;
  /** By column, as text that DuckDB casts to the column's type; a column without bounds is left out. `max` of text may be longer than any value. */
  bounds: Record<string, { min?: string; max?: string; nullCount?: number }>;
  numRecords: number | undefined;
}
