import { CommitConflictError } from '../errors.ts';
import { requireWritable, upgradeFor } from '../log/protocol.ts';
import { type TableLog, holdsTxn } from '../log/table-log.ts';
import { sameSchema, serializeSchema, validateSchema } from '../schema/schema.ts';
import type { Action, CommitOptions, CommitResult, Snapshot, StructType, WrittenFile } from '../types.ts';
import { creationActions } from './create.ts';
import { requireDeletable, requirePartitionValues } from './requirements.ts';

/** New content of a table. */
export interface Content {
  schema: StructType;
  partitionColumns: string[];
  files: WrittenFile[];
}

/**
 * Replaces all rows, and the schema and partitioning where they differ, in one commit; makes the table when it is missing.
 * @throws InvalidCommitError for an append-only table
 * @throws CommitConflictError when another writer changed the table meanwhile
 */
export async function overwriteTable(
  log: TableLog,
  content: Content,
  options: CommitOptions = {},
): Promise<CommitResult> {
  validateSchema(content.schema, content.partitionColumns);
  requirePartitionValues(log.name, content.files, content.partitionColumns);
  const before = (await log.exists()) ? await log.snapshot() : undefined;
  if (before && holdsTxn(before, options)) return { version: before.version, committed: false };
  await log.publishFiles(content.files);
  try {
    return await replaceAll(log, before, content, options);
  } catch (cause) {
    // Both found no table and the other made it first: it exists now, and is overwritten.
    if (before || !(cause instanceof CommitConflictError)) throw cause;
    return replaceAll(log, await log.snapshot(), content, options);
  }
}

async function replaceAll(
  log: TableLog,
  before: Snapshot | undefined,
  { schema, partitionColumns, files }: Content,
  options: CommitOptions,
): Promise<CommitResult> {
  const change = before
    ? schemaChange(log, before, schema, partitionColumns)
    : creationActions(log, schema, { partitionColumns });
  const removes = (before?.files ?? []).map((file) => ({ remove: log.removeOf(file) }));
  return log.commit({
    readVersion: before?.version ?? -1,
    actions: [...change, ...removes, ...files.map(({ add }) => ({ add }))],
    reads: 'everything',
    defaults: {
      operation: before ? 'WRITE' : 'CREATE TABLE AS SELECT',
      operationParameters: { mode: 'Overwrite', partitionBy: JSON.stringify(partitionColumns) },
    },
    options,
    files,
  });
}

/** Protocol and metaData actions where an existing table changes its schema or partitioning. */
function schemaChange(
  log: TableLog,
  before: Snapshot,
  schema: StructType,
  partitionColumns: string[],
): Action[] {
  requireWritable(before.protocol, before.metadata, before.schema, log.name);
  requireDeletable(log.name, before);
  const samePartitioning =
    JSON.stringify(before.metadata.partitionColumns) === JSON.stringify(partitionColumns);
  if (samePartitioning && sameSchema(before.schema, schema)) return [];
  const upgrade = upgradeFor(before.protocol, schema);
  const metaData = { ...before.metadata, schemaString: serializeSchema(schema), partitionColumns };
  return [...(upgrade ? [{ protocol: upgrade }] : []), { metaData }];
}
