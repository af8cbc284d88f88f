import { SchemaError } from '../errors.ts';
import type { TableLog } from '../log/table-log.ts';
import { arrowSchemaOf } from '../schema/arrow-types.ts';
import { tableOf, writeIpc } from '../parquet/ipc.ts';
import { repeatPartitionValue } from '../parquet/partition-value.ts';
import { field } from '../schema/schema.ts';
import type { AddFile, RowSession, Snapshot, StructField } from '../types.ts';
import { type Column, ROWS, columnsOf, quote, selectRows } from './rows.ts';

/** A column beside the partition columns, of a name that no condition has by accident. */
const TUPLE = field('tarn_tuple', 'integer');
const TUPLES = 'tarn_tuples';

/** Functions that answer another value each time; asked twice, they would lose rows. */
const VOLATILE = /\b(random|setseed|uuid|uuidv4|uuidv7|gen_random_uuid|nextval|currval)\s*\(/i;

/** Rows that meet the condition; false and NULL do not. */
export function whereSql(condition: string, isMet: boolean): string {
  return `WHERE (\n${condition}\n) IS ${isMet ? '' : 'NOT '}TRUE`;
}

/** The rows of the file at hand, under the table's own name; without DuckDB's `rowid`, which means nothing in a lake. */
export function rowsSql(log: TableLog): string {
  return `FROM (SELECT * FROM ${ROWS}) AS ${quote(log.ref.name)}`;
}

/**
 * Checks a condition before any file is read.
 * @throws SqlError when it names what the table does not have, or is no condition
 * @throws SchemaError when it answers another value each time
 */
export async function requireCondition(
  log: TableLog,
  session: RowSession,
  columns: Column[],
  condition: string,
): Promise<void> {
  const volatile = VOLATILE.exec(condition);
  if (volatile) {
    throw new SchemaError(
      `Condition on ${log.name}: ${volatile[1]}() answers another value each time it is asked; use a condition that is always true of the same rows.`,
    );
  }
  await session.load(ROWS, columns, []);
  // In a place where no parenthesis of its own can end the expression early.
  await selectRows(session, `SELECT CASE WHEN\n${condition}\nTHEN 1 END ${rowsSql(log)}`);
  await selectRows(session, `SELECT 1 ${rowsSql(log)} ${whereSql(condition, true)}`);
  await session.drop(ROWS);
}

/**
 * The files whose every row meets the condition, when partition values alone decide it; undefined when it needs other columns:
 * DuckDB does not find them among the partition columns.
 */
export async function filesOfPartitions(
  session: RowSession,
  { schema, metadata, files }: Snapshot,
  condition: string,
): Promise<AddFile[] | undefined> {
  const partitionColumns = schema.fields.filter(({ name }) => metadata.partitionColumns.includes(name));
  const tuples = groupByTuple(files, partitionColumns);
  if (tuples.length === 0) return [];
  const columns = [...partitionColumns, TUPLE];
  const ipc = writeTuples(tuples, columns);
  await session.load(TUPLES, columnsOf({ type: 'struct', fields: columns }), [ipc]);
  try {
    const sql = `SELECT ${TUPLE.name} FROM (SELECT * FROM ${TUPLES}) AS ${TUPLES}_seen ${whereSql(condition, true)}`;
    const met = await selectRows(session, sql);
    return met.flatMap((row) => tuples[Number(row[TUPLE.name])] ?? []);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'SqlError') return undefined;
    throw cause;
  } finally {
    await session.drop(TUPLES);
  }
}

function groupByTuple(files: AddFile[], columns: StructField[]): AddFile[][] {
  const groups = new Map<string, AddFile[]>();
  for (const file of files) {
    const key = JSON.stringify(columns.map(({ name }) => file.partitionValues[name] ?? null));
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return [...groups.values()];
}

function writeTuples(tuples: AddFile[][], columns: StructField[]): Uint8Array {
  const batches = tuples.map(([file], index) =>
    columns.map((column) => {
      const text = column === TUPLE ? String(index) : file?.partitionValues[column.name];
      return repeatPartitionValue(text, column, 1);
    }),
  );
  return writeIpc(
    tableOf(
      arrowSchemaOf({ type: 'struct', fields: columns }),
      batches,
      tuples.map(() => 1),
    ),
  );
}
