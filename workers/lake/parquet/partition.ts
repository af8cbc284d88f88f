import { type Data, Schema, type Table } from 'apache-arrow';
import { concat } from './concat.ts';
import { SchemaError } from '../errors.ts';
import { gather } from './gather.ts';
import { columnsOf, tableOf } from './ipc.ts';
import { findGroups } from './groups.ts';
import type { StructField } from '../types.ts';

/** The rows of one tuple of partition values, without the partition columns. */
export interface Part {
  partitionValues: Record<string, string | null>;
  table: Table;
}

/**
 * Splits a table by the values of its partition columns, in order of first appearance. One value costs no copy.
 * @param table has the columns' own Arrow types
 */
export function splitByPartition(table: Table, partitionColumns: StructField[]): Part[] {
  if (table.numRows === 0) return [];
  if (partitionColumns.length === 0) return [{ partitionValues: {}, table }];
  const indices = partitionColumns.map(({ name }) => columnIndex(table, name));
  const kept = table.schema.fields.map((_, index) => index).filter((index) => !indices.includes(index));
  const schema = new Schema(kept.map((index) => fieldAt(table, index)));
  const batches = columnsOf(table);
  const keys = indices.map((index) => concat(batches.map(({ columns }) => chunkAt(columns, index))));
  const groups = findGroups(
    keys,
    partitionColumns.map(({ type }) => type),
  );
  if (groups.length === 1) {
    const columns = batches.map((batch) => kept.map((index) => chunkAt(batch.columns, index)));
    const rest = tableOf(
      schema,
      columns,
      batches.map(({ length }) => length),
    );
    return groups.map(({ values }) => ({
      partitionValues: nameValues(partitionColumns, values),
      table: rest,
    }));
  }
  const joined = kept.map((index) => concat(batches.map(({ columns }) => chunkAt(columns, index))));
  return groups.map(({ values, rows }) => ({
    partitionValues: nameValues(partitionColumns, values),
    table: tableOf(schema, [joined.map((column) => gather(column, rows))], [rows.length]),
  }));
}

function nameValues(columns: StructField[], values: (string | null)[]): Record<string, string | null> {
  return Object.fromEntries(columns.map(({ name }, index) => [name, values[index] ?? null]));
}

function columnIndex(table: Table, name: string): number {
  const index = table.schema.fields.findIndex((column) => column.name === name);
  if (index < 0) throw new SchemaError(`Partition column ${name} is not in the data.`);
  return index;
}

function fieldAt(table: Table, index: number): Schema['fields'][number] {
  const found = table.schema.fields[index];
  if (!found) throw new SchemaError(`The data has no column ${index}.`);
  return found;
}

function chunkAt(columns: Data[], index: number): Data {
  const found = columns[index];
  if (!found) throw new SchemaError(`A batch has no column ${index}.`);
  return found;
}
