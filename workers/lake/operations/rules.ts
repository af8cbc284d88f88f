/** Rules that every row of a table keeps, asked of the rows that come in. */

import { ConstraintError, SchemaError } from '../errors.ts';
import { constraintsOf } from '../log/protocol.ts';
import type { TableLog } from '../log/table-log.ts';
import { boundsOf } from '../stats/skipping.ts';
import type { AddFile, Metadata, RowSession, StructType } from '../types.ts';
import { rowsSql, whereSql } from './condition.ts';
import { type FileShape, type RowPorts, eachFile, quote, selectRows } from './rows.ts';

/** A SQL expression that must be true of every row; false and NULL break it, as in other engines. */
export interface Rule {
  /** What it is, for messages: `CHECK constraint positive (amount > 0)`. */
  name: string;
  expression: string;
}

/** Letters of an example row in a message. */
const EXAMPLE_LENGTH = 300;

/** The CHECK constraints of a table. */
export function checkRules(metadata: Pick<Metadata, 'configuration'>): Rule[] {
  return [...constraintsOf(metadata)].map(([name, expression]) => ({
    name: `CHECK constraint ${name} (${expression})`,
    expression,
  }));
}

/**
 * NOT NULL, as far as statistics do not settle it: rules for the files to be asked.
 * @throws ConstraintError when partition values or statistics show a null
 */
export function notNullRules(table: string, schema: StructType, files: AddFile[]): Rule[] {
  const known = files.map((file) => boundsOf(file, schema));
  return schema.fields
    .filter(({ nullable }) => !nullable)
    .flatMap(({ name }) => {
      const rule = { name: `NOT NULL of column ${name}`, expression: `${quote(name)} IS NOT NULL` };
      const counts = known.map(({ partitionValues, bounds, numRecords }) =>
        Object.hasOwn(partitionValues, name)
          ? partitionValues[name]
            ? 0
            : numRecords
          : bounds[name]?.nullCount,
      );
      const nulls = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
      if (nulls > 0) throw new ConstraintError(table, rule.name, nulls);
      return counts.includes(undefined) ? [rule] : [];
    });
}

/**
 * Asks the rules of the rows in the files.
 * @throws ConstraintError naming the rule, the number of rows that break it, and one of them
 * @throws SchemaError when DuckDB cannot read the expression of a rule
 */
export async function requireRules(
  log: TableLog,
  ports: RowPorts,
  session: RowSession,
  { shape, rules, files }: { shape: FileShape; rules: Rule[]; files: AddFile[] },
): Promise<void> {
  if (rules.length === 0) return;
  const broken = rules.map(() => ({ rows: 0, example: '' }));
  const counts = rules.map(({ expression }) => `count(*) FILTER (${whereSql(expression, false)})`);
  for await (const _file of eachFile(log, ports, session, files, shape)) {
    const [row] = await askRules(session, log, rules, `SELECT ${counts.join(', ')} ${rowsSql(log)}`);
    for (const [index, count] of Object.values(row ?? {}).entries()) {
      const found = broken[index];
      if (!found || Number(count) === 0) continue;
      found.rows += Number(count);
      found.example ||= await readExample(log, session, rules[index]?.expression ?? '');
    }
  }
  for (const [index, { rows, example }] of broken.entries()) {
    if (rows > 0) throw new ConstraintError(log.name, rules[index]?.name ?? '', rows, example);
  }
}

async function askRules(
  session: RowSession,
  log: TableLog,
  rules: Rule[],
  sql: string,
): Promise<Record<string, unknown>[]> {
  try {
    return await selectRows(session, sql);
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'SqlError') throw cause;
    const names = rules.map(({ name }) => name).join(', ');
    throw new SchemaError(
      `Table ${log.name} cannot be written: its rules cannot be asked of the rows (${names}): ${cause.message}. Drop the constraint, or write the table with the engine that made it.`,
      { cause },
    );
  }
}

async function readExample(log: TableLog, session: RowSession, expression: string): Promise<string> {
  const broken = `SELECT * ${rowsSql(log)} ${whereSql(expression, false)} LIMIT 1`;
  const [row] = await selectRows(
    session,
    `SELECT tarn_row::VARCHAR AS example FROM (${broken}\n) AS tarn_row`,
  );
  return String(row?.example ?? '').slice(0, EXAMPLE_LENGTH);
}
