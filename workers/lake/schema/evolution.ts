import { SchemaError } from '../errors.ts';
import type { DeltaType, StructField, StructType } from '../types.ts';
import { duckdbTypeOf } from './duckdb-types.ts';
import { field } from './schema.ts';
import { sameType, sharesStorage, widens } from './widening.ts';

/** What a table's schema becomes when rows come in. */
export interface Evolution {
  schema: StructType;
  /** The columns of the rows, in the table's types: those of their data files. */
  ofRows: StructType;
  /** Columns whose values in old files other engines could not read any more: those files must be written again. */
  outgrown: string[];
}

/**
 * Fits rows into a table. With `mergeSchema` new columns go to the end, nullable, and types widen; everything else that differs
 * is refused (delta.md section 3).
 * @throws SchemaError naming the column, the type found, the table's type, and what to do
 */
export function evolveSchema(
  table: string,
  schema: StructType,
  rows: StructType,
  { mergeSchema = false, partitionColumns = [] }: { mergeSchema?: boolean; partitionColumns?: string[] } = {},
): Evolution {
  const fields = [...schema.fields];
  const outgrown: string[] = [];
  for (const column of rows.fields) {
    const index = findColumn(table, fields, column);
    const known = fields[index];
    if (!known) fields.push(newColumn(table, fields, column, mergeSchema));
    else if (!sameType(column.type, known.type) && !widens(column.type, known.type)) {
      fields[index] = widenColumn(table, known, column.type, mergeSchema);
      const isStored = !partitionColumns.includes(known.name);
      if (isStored && !sharesStorage(known.type, column.type)) outgrown.push(known.name);
    }
  }
  const names = new Set(rows.fields.map(({ name }) => name));
  const ofRows = fields.filter(({ name }) => names.has(name));
  return { schema: { type: 'struct', fields }, ofRows: { type: 'struct', fields: ofRows }, outgrown };
}

/** @throws SchemaError for a name that differs in case only, which other engines take for the same */
function findColumn(table: string, fields: StructField[], { name }: StructField): number {
  const index = fields.findIndex((known) => known.name.toLowerCase() === name.toLowerCase());
  const known = fields[index];
  if (known && known.name !== name)
    throw new SchemaError(
      `Column ${name} is called ${known.name} in table ${table}: rename it in the query.`,
    );
  return index;
}

function newColumn(
  table: string,
  fields: StructField[],
  { name, type }: StructField,
  mergeSchema: boolean,
): StructField {
  if (mergeSchema) return field(name, type);
  throw new SchemaError(
    `Column ${name} (${describeType(type)}) is not in table ${table}, whose columns are ${fields.map((known) => known.name).join(', ')}: leave it out, or write with mergeSchema to add it.`,
  );
}

function widenColumn(table: string, known: StructField, type: DeltaType, mergeSchema: boolean): StructField {
  const differs = `Column ${known.name} of table ${table}: found ${describeType(type)}, expected ${describeType(known.type)}`;
  if (!widens(known.type, type)) {
    throw new SchemaError(
      `${differs}. Types change only to wider ones of their kind: cast the column${castHint(known)}, or overwrite the table with the new schema.`,
    );
  }
  if (!mergeSchema)
    throw new SchemaError(
      `${differs}: cast it${castHint(known)}, or write with mergeSchema to widen the table.`,
    );
  return { ...known, type };
}

function castHint({ name, type }: StructField): string {
  return ` in the query, as CAST("${name}" AS ${duckdbTypeOf(type)})`;
}

/** @throws SchemaError when the rows lack a column that may not be null */
export function requirePresent(table: string, schema: StructType, rows: StructType): void {
  const missing = schema.fields.find(
    ({ name, nullable }) => !nullable && !rows.fields.some((column) => column.name === name),
  );
  if (!missing) return;
  throw new SchemaError(
    `Column ${missing.name} of table ${table} may not be null, and the rows lack it: add it to the query.`,
  );
}

/** A type as people write it. */
export function describeType(type: DeltaType): string {
  return typeof type === 'string' ? type : duckdbTypeOf(type).toLowerCase();
}
