import { InvalidOptionError } from '../errors.ts';
import { constraintsOf, upgradeWriter } from '../log/protocol.ts';
import type { TableLog } from '../log/table-log.ts';
import type { CommitOptions, CommitResult, Snapshot } from '../types.ts';
import { alterTable, openForChange } from './alter.ts';
import { requireCondition } from './condition.ts';
import { type RowPorts, columnsOf, withSession } from './rows.ts';
import { checkRules, requireRules } from './rules.ts';

/**
 * Adds a CHECK constraint: a SQL expression that must be true of every row, of those that are there too (PROTOCOL "CHECK
 * Constraints"). Names are kept in lower case, as other engines keep them.
 * @throws InvalidOptionError for a name that is taken or none
 * @throws SqlError, SchemaError for an expression that cannot be used
 * @throws ConstraintError when rows of the table break it
 */
export async function addConstraint(
  log: TableLog,
  ports: RowPorts,
  name: string,
  expression: string,
  options: CommitOptions = {},
): Promise<CommitResult> {
  const snapshot = await openForChange(log);
  const { schema, files, metadata, protocol } = snapshot;
  const key = keyOf(name);
  requireFree(snapshot, name);
  const configuration = { [key]: expression };
  await withSession(ports.rows, async (session) => {
    await requireCondition(log, session, columnsOf(schema), expression);
    const shape = { schema, partitionColumns: metadata.partitionColumns };
    await requireRules(log, ports, session, { shape, rules: checkRules({ configuration }), files });
  });
  return alterTable(
    log,
    snapshot,
    {
      metadata: { ...metadata, configuration: { ...metadata.configuration, ...configuration } },
      protocol: upgradeWriter(protocol, 'checkConstraints'),
      reads: 'everything',
      defaults: {
        operation: 'ADD CONSTRAINT',
        operationParameters: { name: name.toLowerCase(), expr: expression },
      },
    },
    options,
  );
}

/** Drops a CHECK constraint. @throws InvalidOptionError when there is none of that name */
export async function dropConstraint(
  log: TableLog,
  name: string,
  options: CommitOptions = {},
): Promise<CommitResult> {
  const snapshot = await openForChange(log);
  const key = keyOf(name);
  const { [key]: expression, ...configuration } = snapshot.metadata.configuration;
  if (expression === undefined) {
    const known = [...constraintsOf(snapshot.metadata).keys()].join(', ') || 'none';
    throw new InvalidOptionError('constraint name', `one of the table's constraints (${known})`, name);
  }
  return alterTable(
    log,
    snapshot,
    {
      metadata: { ...snapshot.metadata, configuration },
      reads: 'nothing',
      defaults: {
        operation: 'DROP CONSTRAINT',
        operationParameters: { name: name.toLowerCase(), expr: expression },
      },
    },
    options,
  );
}

function keyOf(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name))
    throw new InvalidOptionError('constraint name', 'letters, digits and underscores', name);
  return `delta.constraints.${name.toLowerCase()}`;
}

function requireFree({ metadata }: Snapshot, name: string): void {
  const taken = [...constraintsOf(metadata).keys()].some(
    (known) => known.toLowerCase() === name.toLowerCase(),
  );
  if (taken)
    throw new InvalidOptionError('constraint name', 'a name that is not taken; drop the old one first', name);
}
