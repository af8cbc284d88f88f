import { SchemaError } from '../errors.ts';
import { decimalOf, decimalType, field } from './schema.ts';
import type { DeltaType, PrimitiveType } from '../types.ts';

const TO_DUCKDB: Record<string, string> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  integer: 'INTEGER',
  short: 'SMALLINT',
  byte: 'TINYINT',
  double: 'DOUBLE',
  float: 'FLOAT',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestamp_ntz: 'TIMESTAMP',
  binary: 'BLOB',
};

/** Unsigned integers widen to the next signed type; what Delta has no type for becomes text. */
const FROM_DUCKDB: Record<string, PrimitiveType> = {
  VARCHAR: 'string',
  CHAR: 'string',
  TEXT: 'string',
  STRING: 'string',
  BIGINT: 'long',
  INT8: 'long',
  INTEGER: 'integer',
  INT: 'integer',
  INT4: 'integer',
  SMALLINT: 'short',
  INT2: 'short',
  TINYINT: 'byte',
  INT1: 'byte',
  UTINYINT: 'short',
  USMALLINT: 'integer',
  UINTEGER: 'long',
  UBIGINT: 'decimal(20,0)',
  HUGEINT: 'decimal(38,0)',
  UHUGEINT: 'decimal(38,0)',
  DOUBLE: 'double',
  FLOAT8: 'double',
  FLOAT: 'float',
  REAL: 'float',
  FLOAT4: 'float',
  BOOLEAN: 'boolean',
  BOOL: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  DATETIME: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  TIMESTAMPTZ: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  BLOB: 'binary',
  BYTEA: 'binary',
  TIME: 'string',
  TIME_NS: 'string',
  TIMETZ: 'string',
  'TIME WITH TIME ZONE': 'string',
  INTERVAL: 'string',
  UUID: 'string',
  JSON: 'string',
  ENUM: 'string',
  BIT: 'string',
  NULL: 'string',
  '"NULL"': 'string',
};

/** The DuckDB type a Delta type is read as: `decimal(18,2)` -> `DECIMAL(18,2)`; `timestamp` -> `TIMESTAMP`, which means UTC. */
export function duckdbTypeOf(type: DeltaType): string {
  if (typeof type === 'string') {
    const decimal = decimalOf(type);
    if (decimal) return `DECIMAL(${decimal.precision},${decimal.scale})`;
    const name = TO_DUCKDB[type];
    if (name === undefined) throw new SchemaError(`No DuckDB type for Delta type ${type}.`);
    return name;
  }
  if (type.type === 'array') return `${duckdbTypeOf(type.elementType)}[]`;
  if (type.type === 'map') return `MAP(${duckdbTypeOf(type.keyType)}, ${duckdbTypeOf(type.valueType)})`;
  const members = type.fields.map(
    (member) => `"${member.name.replaceAll('"', '""')}" ${duckdbTypeOf(member.type)}`,
  );
  return `STRUCT(${members.join(', ')})`;
}

/**
 * The Delta type that holds a DuckDB type. Where `duckdbTypeOf` of the answer is another type, cast to that in SQL before
 * writing: HUGEINT, unsigned integers, ENUM, UUID, TIME, INTERVAL, timestamps of other units.
 * @throws SchemaError for UNION, VARIANT and names that are not known
 */
export function deltaTypeOf(duckdbType: string): DeltaType {
  const name = duckdbType.trim();
  const list = /^(.*)\[\d*\]$/s.exec(name);
  if (list) return { type: 'array', elementType: deltaTypeOf(list[1] ?? ''), containsNull: true };
  const call = /^(\w+)\s*\((.*)\)$/s.exec(name);
  if (call) return parametricType(name, (call[1] ?? '').toUpperCase(), call[2] ?? '');
  if (/^(DECIMAL|NUMERIC)$/i.test(name)) return 'decimal(18,3)';
  const found = FROM_DUCKDB[name.toUpperCase()];
  if (found === undefined) throw unsupported(name);
  return found;
}

function parametricType(name: string, base: string, inner: string): DeltaType {
  if (base === 'DECIMAL' || base === 'NUMERIC') {
    const [precision, scale = '0'] = inner.split(',');
    return decimalType(Number(precision), Number(scale));
  }
  if (base === 'ENUM' || base === 'VARCHAR' || base === 'CHAR') return 'string';
  const parts = splitTopLevel(inner);
  if (base === 'MAP' && parts.length === 2) {
    const [keyType, valueType] = [deltaTypeOf(parts[0] ?? ''), deltaTypeOf(parts[1] ?? '')];
    return { type: 'map', keyType, valueType, valueContainsNull: true };
  }
  if (base === 'STRUCT') return { type: 'struct', fields: parts.map(structMember) };
  throw unsupported(name);
}

function structMember(text: string): ReturnType<typeof field> {
  const match = /^\s*(?:"((?:[^"]|"")*)"|(\w+))\s+(.*)$/s.exec(text);
  if (!match) throw new SchemaError(`Cannot read the struct member ${JSON.stringify(text)}.`);
  const name = match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"');
  return field(name, deltaTypeOf(match[3] ?? ''));
}

/** Splits at commas that are in no parentheses and no quotes. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const token of text.matchAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|[(),]/g)) {
    if (token[0] === '(') depth += 1;
    else if (token[0] === ')') depth -= 1;
    else if (token[0] === ',' && depth === 0) {
      parts.push(text.slice(start, token.index));
      start = token.index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function unsupported(name: string): SchemaError {
  return new SchemaError(
    `DuckDB type ${name} cannot be stored in a Delta table: cast the column to a type that can, for instance VARCHAR.`,
  );
}
