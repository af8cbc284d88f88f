import type { DeltaType, StructType } from '../lake/types.ts';
import { quoteName } from './naming.ts';

const TYPES: Record<string, string> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  integer: 'INTEGER',
  short: 'SMALLINT',
  byte: 'TINYINT',
  double: 'DOUBLE',
  float: 'FLOAT',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  timestamp_ntz: 'TIMESTAMP',
  binary: 'BLOB',
};

/** The DuckDB type whose Arrow form is that Delta type; `timestamp` carries UTC. */
export function duckdbType(type: DeltaType): string {
  if (typeof type === 'string') {
    const decimal = /^decimal\((\d+),\s*(\d+)\)$/.exec(type);
    return decimal ? `DECIMAL(${decimal[1]},${decimal[2]})` : (TYPES[type] ?? type);
  }
  if (type.type === 'array') return `${duckdbType(type.elementType)}[]`;
  if (type.type === 'map') return `MAP(${duckdbType(type.keyType)}, ${duckdbType(type.valueType)})`;
  return `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${duckdbType(field.type)}`).join(', ')})`;
}

/** The SELECT with every column cast to its Delta type, in the schema's order. */
export function castToDelta(sql: string, schema: StructType): string {
  const columns = schema.fields.map(({ name, type }) => {
    const quoted = quoteName(name);
    return `  cast(${quoted} as ${duckdbType(type)}) as ${quoted}`;
  });
  return `select\n${columns.join(',\n')}\nfrom (\n${sql}\n) as dbt_model`;
}
