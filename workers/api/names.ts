/** Names and units that the whole border uses. */

/** Milliseconds since the Unix epoch, UTC. */
export type EpochMs = number;
/** Name of a lab, which is also a DuckDB catalog: `transactions`. */
export type LabName = string;
/** A table as users write it: `schema.table`, optionally `lab.schema.table`. */
export type TableName = string;
export type RunId = string;

export type Compression = 'zstd' | 'snappy' | 'none';

/** Fingerprint of a gold table: `<row count>-<16 hex digits>`, independent of row order. */
export type Fingerprint = string;
