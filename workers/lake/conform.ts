import { type Data, Schema, type Table } from 'apache-arrow';
import { arrowFieldOf } from './arrow-types.ts';
import { cast, nulls, sameLayout } from './cast.ts';
import { SchemaError } from './errors.ts';
import { columnsOf, tableOf } from './ipc.ts';
import type { StructField } from './types.ts';

/** True when the table has exactly these columns in this order, in types that the Parquet writer maps as Delta asks. */
export function conforms(table: Table, columns: StructField[]): boolean {
  const { fields } = table.schema;
  if (fields.length !== columns.length) return false;
  return columns.every((column, index) => {
    const found = fields[index];
    const wanted = arrowFieldOf(column);
    return (
      found?.name === column.name &&
      sameLayout(found.type, wanted.type) &&
      `${found.type}` === `${wanted.type}`
    );
  });
}

/**
 * The table with exactly these columns, in this order and in their Arrow types. Columns are shared where they can be.
 * @param absent what a column that is not there becomes
 * @throws SchemaError naming the first column that does not fit
 */
export function conform(table: Table, columns: StructField[], absent: 'error' | 'nulls'): Table {
  const indices = columns.map(({ name }) => table.schema.fields.findIndex((column) => column.name === name));
  const missing = columns.find((_, index) => indices[index] === -1);
  if (missing && absent === 'error') {
    const found = table.schema.fields.map((column) => column.name).join(', ');
    throw new SchemaError(
      `Column ${missing.name} is in the schema and not in the data, whose columns are ${found}.`,
    );
  }
  const schema = new Schema(columns.map(arrowFieldOf));
  const batches = columnsOf(table);
  const made = batches.map((batch) =>
    schema.fields.map((column, index): Data => {
      const data = batch.columns[indices[index] ?? -1];
      return data ? cast(data, column.type, column.name) : nulls(column.type, batch.length);
    }),
  );
  return tableOf(
    schema,
    made,
    batches.map((batch) => batch.length),
  );
}
