import { type Data, type DataType, Schema, type Table, util } from 'apache-arrow';
import { arrowFieldOf } from './arrow-types.ts';
import { cast } from './cast.ts';
import { SchemaError } from '../errors.ts';
import { columnsOf, tableOf } from '../parquet/ipc.ts';
import type { StructField } from '../types.ts';

/** True when the table has exactly these columns in this order, in types that the Parquet writer maps as Delta asks. */
export function conforms(table: Table, columns: StructField[]): boolean {
  const { fields } = table.schema;
  if (fields.length !== columns.length) return false;
  return columns.every((column, index) => {
    const found = fields[index];
    const wanted = arrowFieldOf(column);
    return found?.name === column.name && isExactly(found.type, wanted.type);
  });
}

/** Arrow JS compares everything but the digits of decimals, which are in the text. */
function isExactly(found: DataType, wanted: DataType): boolean {
  return util.compareTypes(found, wanted) && `${found}` === `${wanted}`;
}

/**
 * The table with exactly these columns, in this order and in their Arrow types. Columns are shared where they can be.
 * @throws SchemaError naming the first column that is missing or does not fit
 */
export function conform(table: Table, columns: StructField[]): Table {
  const indices = columns.map(({ name }) => columnIndex(table, name));
  const schema = new Schema(columns.map(arrowFieldOf));
  const batches = columnsOf(table);
  const made = batches.map((batch) =>
    schema.fields.map(({ name, type }, index) => castColumn(batch.columns[indices[index] ?? -1], type, name)),
  );
  return tableOf(
    schema,
    made,
    batches.map(({ length }) => length),
  );
}

function columnIndex(table: Table, name: string): number {
  const index = table.schema.fields.findIndex((column) => column.name === name);
  if (index >= 0) return index;
  const found = table.schema.fields.map((column) => column.name).join(', ');
  throw new SchemaError(`Column ${name} is in the schema and not in the data, whose columns are ${found}.`);
}

function castColumn(data: Data | undefined, type: DataType, name: string): Data {
  if (!data) throw new SchemaError(`A batch of the data lacks column ${name}.`);
  return cast(data, type, name);
}
