import { type Data, Schema, type Table } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { arrowFieldOf } from '../schema/arrow-types.ts';
import { cast, nulls } from '../schema/cast.ts';
import { conforms } from '../schema/conform.ts';
import { DataFileError, SchemaError } from '../errors.ts';
import { columnsOf, readIpc, tableOf, writeIpc } from './ipc.ts';
import { decodeParquet } from './parquet.ts';
import { repeatPartitionValue } from './partition-value.ts';
import type { DecodeJob, StructField } from '../types.ts';

/**
 * A data file as an Arrow IPC stream with exactly the wanted columns: partition values from the log, nulls where the file
 * is older than the column. Bytes that come out right go through untouched.
 */
export async function decodeFile(file: string, bytes: Uint8Array, job: DecodeJob): Promise<Uint8Array> {
  const wanted = wantedColumns(job);
  const inFile = readColumnNames(file, bytes);
  const stored = wanted.filter(
    ({ name }) => !job.partitionColumns.includes(name) && inFile.names.includes(name),
  );
  const ipc = await decodeColumns(file, bytes, stored, inFile.names);
  const table = readIpc(ipc);
  if (conforms(table, wanted)) return ipc;
  return writeIpc(arrangeColumns(table, wanted, job));
}

function wantedColumns({ schema, columns }: DecodeJob): StructField[] {
  return (columns ?? schema.fields.map(({ name }) => name)).map((name) => {
    const found = schema.fields.find((column) => column.name === name);
    if (!found)
      throw new SchemaError(
        `Column ${name} is not in the table; its columns are ${schema.fields.map((c) => c.name).join(', ')}.`,
      );
    return found;
  });
}

function readColumnNames(file: string, bytes: Uint8Array): { names: string[] } {
  try {
    const { schema } = parquetMetadata(bytes);
    const names: string[] = [];
    // The schema is a tree in depth-first order; the root's children are the columns.
    for (let index = 1; index < schema.length; index += treeSize(schema, index))
      names.push(schema[index]?.name ?? '');
    return { names };
  } catch (cause) {
    throw new DataFileError(
      file,
      'content',
      'a Parquet file',
      `${bytes.byteLength} bytes without a readable footer`,
      { cause },
    );
  }
}

function treeSize(schema: { num_children?: number }[], index: number): number {
  let size = 1;
  for (let child = 0; child < (schema[index]?.num_children ?? 0); child += 1)
    size += treeSize(schema, index + size);
  return size;
}

async function decodeColumns(
  file: string,
  bytes: Uint8Array,
  stored: StructField[],
  inFile: string[],
): Promise<Uint8Array> {
  // Without a stored column one is read all the same: the rows must be counted.
  const names = stored.length > 0 ? stored.map(({ name }) => name) : inFile.slice(0, 1);
  try {
    return await decodeParquet(bytes, names.length === inFile.length ? null : names);
  } catch (cause) {
    const actual = cause instanceof Error ? cause.message : String(cause);
    throw new DataFileError(file, 'content', 'readable Parquet pages', actual, { cause });
  }
}

function arrangeColumns(table: Table, wanted: StructField[], job: DecodeJob): Table {
  const batches = columnsOf(table);
  const sources = wanted.map((column) => columnSource(table, column, job));
  const columns = batches.map((batch) => sources.map((source) => source(batch.columns, batch.length)));
  return tableOf(
    new Schema(wanted.map(arrowFieldOf)),
    columns,
    batches.map(({ length }) => length),
  );
}

/** How each batch gets the column: from the log, from the file, or as nulls. */
function columnSource(
  table: Table,
  column: StructField,
  job: DecodeJob,
): (columns: Data[], length: number) => Data {
  const { type } = arrowFieldOf(column);
  if (job.partitionColumns.includes(column.name)) {
    const text = job.add.partitionValues[column.name];
    return (_, length) => repeatPartitionValue(text, column, length);
  }
  const index = table.schema.fields.findIndex(({ name }) => name === column.name);
  return (columns, length) => {
    const data = columns[index];
    return data ? cast(data, type, column.name) : nulls(type, length);
  };
}
