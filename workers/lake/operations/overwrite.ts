import { CommitConflictError } from '../errors.ts';
import { requireWritable, upgradeFor } from '../log/protocol.ts';
import { type TableLog, holdsTxn } from '../log/table-log.ts';
import { sameSchema, serializeSchema, validateSchema } from '../schema/schema.ts';
import type { Action, CommitOptions, CommitResult, Snapshot, StructType, WrittenFile } from '../types.ts';
import { creationActions } from './create.ts';
import { requireDeletable, requirePartitionValues } from './requirements.ts';
import { type RowPorts, withSession } from './rows.ts';
import { checkRules, requireRules } from './rules.ts';

/** New content of a table. */
export interface Content {
  schema: StructType;
  partitionColumns: string[];
  files: WrittenFile[];
}

/**
 * Replaces all rows, and the schema and partitioning where they differ, in one commit; makes the table when it is missing.
 * @param ports who asks CHECK constraints of the rows; without, a table that has some is refused
 * @throws InvalidCommitError for an append-only table
 * @throws ConstraintError for rows that break a rule of the table; the files are deleted then
 * @throws CommitConflictError when another writer changed the table meanwhile
 */
export async function overwriteTable(
  log: TableLog,
  content: Content,
  options: CommitOptions = {},
  ports?: RowPorts,
): Promise<CommitResult> {
  validateSchema(content.schema, content.partitionColumns);
  requirePartitionValues(log.name, content.files, content.partitionColumns);
  const before = (await log.exists()) ? await log.snapshot() : undefined;
  if (before && holdsTxn(before, options)) return { version: before.version, committed: false };
  await log.publishFiles(content.files);
  try {
    return await replaceAll(log, before, content, options, ports);
  } catch (cause) {
    // Both found no table and the other made it first: it exists now, and is overwritten.
    if (before || !(cause instanceof CommitConflictError)) throw cause;
    return replaceAll(log, await log.snapshot(), content, options, ports);
  }
}

async function replaceAll(
  log: TableLog,
  before: Snapshot | undefined,
  content: Content,
  options: CommitOptions,
  ports: RowPorts | undefined,
): Promise<CommitResult> {
  const { schema, partitionColumns, files } = content;
  if (before) await requireKeptRules(log, before, content, ports);
  const change = before
    ? schemaChange(before, schema, partitionColumns)
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

/** The rules that outlive the rows. */
async function requireKeptRules(
  log: TableLog,
  { protocol, metadata, schema, files }: Snapshot,
  content: Content,
  ports: RowPorts | undefined,
): Promise<void> {
  requireWritable(protocol, metadata, schema, log.name, ports ? 'checked' : 'unchecked');
  requireDeletable(log.name, { metadata, files });
  const rules = checkRules(metadata);
  if (!ports || rules.length === 0) return;
  const added = content.files.map(({ add }) => add);
  const shape = { schema: content.schema, partitionColumns: content.partitionColumns };
  try {
    await withSession(ports.rows, (session) =>
      requireRules(log, ports, session, { shape, rules, files: added }),
    );
  } catch (cause) {
    await log.discard(content.files);
    throw cause;
  }
}

/** Protocol and metaData actions where an existing table changes its schema or partitioning. */
function schemaChange(before: Snapshot, schema: StructType, partitionColumns: string[]): Action[] {
  const samePartitioning =
    JSON.stringify(before.metadata.partitionColumns) === JSON.stringify(partitionColumns);
  if (samePartitioning && sameSchema(before.schema, schema)) return [];
  const upgrade = upgradeFor(before.protocol, schema);
  const metaData = { ...before.metadata, schemaString: serializeSchema(schema), partitionColumns };
  return [...(upgrade ? [{ protocol: upgrade }] : []), { metaData }];
}
