import { SchemaError } from '../errors.ts';
import { upgradeFor } from '../log/protocol.ts';
import type { TableLog } from '../log/table-log.ts';
import { describeType } from '../schema/evolution.ts';
import { serializeSchema, validateSchema } from '../schema/schema.ts';
import { widens } from '../schema/widening.ts';
import type { CommitOptions, CommitResult, DeltaType, Snapshot, StructField } from '../types.ts';
import { alterTable, openForChange } from './alter.ts';
import { withDrafts } from './drafts.ts';
import { RowChange } from './row-change.ts';
import { type RowPorts, withSession } from './rows.ts';
import { notNullRules, requireRules } from './rules.ts';

/** One change of a table's columns. */
export type ColumnChange =
  /** Nullable columns, after those that are there; old rows have NULL. */
  | { add: StructField[] }
  /** A type that holds every value of the old one; old files are written again where other engines could not read them. */
  | { widen: string; to: DeltaType }
  | { setNotNull: string }
  | { dropNotNull: string }
  /** Refused: needs column mapping. */
  | { rename: string; to: string }
  | { drop: string };

/**
 * Changes the columns of a table, rows kept (ALTER TABLE; delta.md section 3).
 * @throws SchemaError for a change that is not possible, saying what is
 * @throws ConstraintError when a column that shall not be null holds nulls
 * @throws CommitConflictError
 */
export async function alterColumns(
  log: TableLog,
  ports: RowPorts,
  change: ColumnChange,
  options: CommitOptions = {},
): Promise<CommitResult> {
  const snapshot = await openForChange(log);
  if ('drop' in change) throw needsMapping(log, snapshot, change.drop, 'dropped', 'that leaves it out');
  if ('rename' in change)
    throw needsMapping(log, snapshot, change.rename, 'renamed', `that calls it ${change.to}`);
  if ('add' in change) return addColumns(log, snapshot, change.add, options);
  if ('widen' in change) return widenColumn(log, ports, snapshot, change, options);
  const isNullable = 'dropNotNull' in change;
  const name = isNullable ? change.dropNotNull : change.setNotNull;
  const column = { ...requireColumn(log, snapshot, name), nullable: isNullable };
  if (!isNullable) await requireNoNulls(log, ports, snapshot, column);
  return changeColumn(log, snapshot, column, options);
}

function addColumns(
  log: TableLog,
  snapshot: Snapshot,
  added: StructField[],
  options: CommitOptions,
): Promise<CommitResult> {
  const required = added.find(({ nullable }) => !nullable);
  if (required)
    throw new SchemaError(
      `Column ${required.name} cannot be added to table ${log.name} as NOT NULL, since the rows that are there have no value for it: add it as nullable, fill it, then set NOT NULL.`,
    );
  const columns = JSON.stringify(added.map((column) => ({ column })));
  return commitSchema(log, snapshot, [...snapshot.schema.fields, ...added], options, {
    operation: 'ADD COLUMNS',
    operationParameters: { columns },
  });
}

async function widenColumn(
  log: TableLog,
  ports: RowPorts,
  snapshot: Snapshot,
  { widen, to }: { widen: string; to: DeltaType },
  options: CommitOptions,
): Promise<CommitResult> {
  const column = requireColumn(log, snapshot, widen);
  if (!widens(column.type, to))
    throw new SchemaError(
      `Column ${widen} of table ${log.name} is ${describeType(column.type)}, and ${describeType(to)} does not hold all its values: types change only to wider ones of their kind. Overwrite the table with the new type instead.`,
    );
  const schema = { type: 'struct' as const, fields: replaceField(snapshot, { ...column, type: to }) };
  const change = new RowChange(
    log,
    ports,
    snapshot,
    { files: [], schema },
    { mergeSchema: true, commit: options },
  );
  return withDrafts(change.drafts, async () => {
    await change.rewriteOutgrown();
    return change.commit({ reads: 'nothing', defaults: changeDefaults({ ...column, type: to }) });
  });
}

async function requireNoNulls(
  log: TableLog,
  ports: RowPorts,
  snapshot: Snapshot,
  column: StructField,
): Promise<void> {
  const { files, schema, metadata } = snapshot;
  const rules = notNullRules(log.name, { type: 'struct', fields: [column] }, files);
  const shape = { schema, partitionColumns: metadata.partitionColumns };
  if (rules.length === 0) return;
  await withSession(ports.rows, (session) => requireRules(log, ports, session, { shape, rules, files }));
}

function changeColumn(
  log: TableLog,
  snapshot: Snapshot,
  column: StructField,
  options: CommitOptions,
): Promise<CommitResult> {
  return commitSchema(log, snapshot, replaceField(snapshot, column), options, changeDefaults(column));
}

function commitSchema(
  log: TableLog,
  snapshot: Snapshot,
  fields: StructField[],
  options: CommitOptions,
  defaults: { operation: string; operationParameters: Record<string, string> },
): Promise<CommitResult> {
  const { metadata, protocol } = snapshot;
  const schema = { type: 'struct' as const, fields };
  validateSchema(schema, metadata.partitionColumns);
  const isStricter = fields.some(
    ({ nullable }, index) => !nullable && snapshot.schema.fields[index]?.nullable,
  );
  return alterTable(
    log,
    snapshot,
    {
      metadata: { ...metadata, schemaString: serializeSchema(schema) },
      protocol: upgradeFor(protocol, schema),
      reads: isStricter ? 'everything' : 'nothing',
      defaults,
    },
    options,
  );
}

function changeDefaults(column: StructField) {
  return { operation: 'CHANGE COLUMN', operationParameters: { column: JSON.stringify(column) } };
}

function replaceField({ schema }: Snapshot, column: StructField): StructField[] {
  return schema.fields.map((known) => (known.name === column.name ? column : known));
}

function requireColumn(log: TableLog, { schema }: Snapshot, name: string): StructField {
  const found = schema.fields.find((column) => column.name === name);
  if (found) return found;
  throw new SchemaError(
    `Column ${name} is not in table ${log.name}, whose columns are ${schema.fields.map((column) => column.name).join(', ')}.`,
  );
}

function needsMapping(
  log: TableLog,
  snapshot: Snapshot,
  name: string,
  done: string,
  instead: string,
): SchemaError {
  requireColumn(log, snapshot, name);
  return new SchemaError(
    `Column ${name} of table ${log.name} cannot be ${done}: that needs the Delta feature columnMapping, which is not supported. Overwrite the table with a query ${instead}.`,
  );
}
