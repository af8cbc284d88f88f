import { TableExistsError } from '../errors.ts';
import { protocolFor } from '../log/protocol.ts';
import type { TableLog } from '../log/table-log.ts';
import { serializeSchema, validateSchema } from '../schema/schema.ts';
import { requireProperties } from './properties.ts';
import type { Action, CommitOptions, CommitResult, Metadata, StructType } from '../types.ts';

export interface CreateOptions {
  partitionColumns?: string[];
  /** Table properties: `delta.appendOnly`, or one's own. */
  configuration?: Record<string, string>;
  description?: string;
}

/** Makes an empty table. @throws TableExistsError, SchemaError */
export async function createTable(
  log: TableLog,
  schema: StructType,
  options: CreateOptions = {},
  commitOptions: CommitOptions = {},
): Promise<CommitResult> {
  requireProperties(options.configuration ?? {});
  if (await log.exists()) throw new TableExistsError(log.name);
  const { partitionColumns = [], configuration = {} } = options;
  const operationParameters = {
    isManaged: 'false',
    partitionBy: JSON.stringify(partitionColumns),
    properties: JSON.stringify(configuration),
  };
  return log.commit({
    readVersion: -1,
    actions: creationActions(log, schema, options),
    reads: 'everything',
    defaults: { operation: 'CREATE TABLE', operationParameters },
    options: commitOptions,
  });
}

/** Protocol and metaData of a new table. @throws SchemaError */
export function creationActions(log: TableLog, schema: StructType, options: CreateOptions = {}): Action[] {
  validateSchema(schema, options.partitionColumns ?? []);
  return [{ protocol: protocolFor(schema) }, { metaData: newMetadata(log, schema, options) }];
}

function newMetadata(log: TableLog, schema: StructType, options: CreateOptions): Metadata {
  return {
    id: log.env.newId(),
    name: log.ref.name,
    description: options.description,
    format: { provider: 'parquet', options: {} },
    schemaString: serializeSchema(schema),
    partitionColumns: options.partitionColumns ?? [],
    configuration: options.configuration ?? {},
    createdTime: log.env.clock.now(),
  };
}
