/** Sources: what makes data. Seeded generators and users' files in, Arrow tables out. Imports no other room. */

export { toIpcStream } from './columns/table.ts';
export type { ColumnField, ColumnType, SourceTable, TableSchema } from './columns/schema.ts';
export { ImportError, type BadValue } from './import/import-error.ts';
export { ingestArrow } from './import/ingest-arrow.ts';
export { ingestFile } from './import/ingest-csv.ts';
export type { IngestOptions } from './import/raw-table.ts';
export { generatePartition } from './transactions/generate.ts';
export { checkParams, ParameterError, TRANSACTIONS_PARAMS, type ParamBounds } from './transactions/params.ts';
export { planPartitions, type Partition, type SourceTableName } from './transactions/plan.ts';
export { checkSpec, GENERATOR_VERSION, type TransactionsSpec } from './transactions/spec.ts';
export {
  CUSTOMERS_TABLE,
  MERCHANTS_TABLE,
  RAW_TRANSACTION_SCHEMA,
  SOURCE_TABLES,
  TRANSACTIONS_TABLE,
} from './transactions/tables.ts';
