import { SchemaError } from '../errors.ts';
import type { DeltaType, PrimitiveType, StructField, StructType } from '../types.ts';

const PRIMITIVES = new Set([
  'string',
  'long',
  'integer',
  'short',
  'byte',
  'double',
  'float',
  'boolean',
  'date',
  'timestamp',
  'timestamp_ntz',
  'binary',
]);

/** Characters other engines refuse in column names unless column mapping is on. */
const FORBIDDEN = /[ ,;{}()\n\t=]/;

/** A nullable field without metadata. */
export function field(name: string, type: DeltaType, nullable = true): StructField {
  return { name, type, nullable, metadata: {} };
}

/** A schema of nullable fields: `struct({ id: 'long', at: 'timestamp' })`. */
export function struct(fields: Record<string, DeltaType>): StructType {
  return { type: 'struct', fields: Object.entries(fields).map(([name, type]) => field(name, type)) };
}

/** `schemaString` of a metaData action (PROTOCOL "Schema Serialization Format"). */
export function serializeSchema(schema: StructType): string {
  return JSON.stringify({ type: 'struct', fields: schema.fields.map(serializeField) });
}

/** Reads a `schemaString`. @throws SchemaError when it is no struct, or has a type that is not known */
export function parseSchema(schemaString: string): StructType {
  let value: unknown;
  try {
    value = JSON.parse(schemaString);
  } catch (cause) {
    throw new SchemaError(`schemaString is not JSON: ${schemaString.slice(0, 80)}`, { cause });
  }
  const type = parseType(value, 'schema');
  if (typeof type === 'string' || type.type !== 'struct')
    throw new SchemaError('schemaString must be a struct.');
  return type;
}

/** Precision and scale of `decimal(p,s)`, or undefined for other types. */
export function decimalOf(type: DeltaType): { precision: number; scale: number } | undefined {
  const match = typeof type === 'string' ? /^decimal\((\d+),(\d+)\)$/.exec(type) : null;
  return match ? { precision: Number(match[1]), scale: Number(match[2]) } : undefined;
}

/** `decimal(p,s)`. @throws SchemaError unless 1 <= p <= 38 and 0 <= s <= p */
export function decimalType(precision: number, scale: number): PrimitiveType {
  if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
    throw new SchemaError(
      `decimal(${precision},${scale}): expected 1 <= precision <= 38 and 0 <= scale <= precision.`,
    );
  }
  return `decimal(${precision},${scale})`;
}

/** True when the type, or a type inside it, is one of `names`. */
export function containsType(type: DeltaType, name: PrimitiveType): boolean {
  if (typeof type === 'string') return type === name;
  if (type.type === 'struct') return type.fields.some((child) => containsType(child.type, name));
  if (type.type === 'array') return containsType(type.elementType, name);
  return containsType(type.keyType, name) || containsType(type.valueType, name);
}

/** Same names, types and nullability in the same order; field metadata counts too. */
export function sameSchema(a: StructType, b: StructType): boolean {
  return serializeSchema(a) === serializeSchema(b);
}

/**
 * Checks what other engines insist on: names that are unique ignoring case and free of ` ,;{}()=`, and partition columns
 * that exist, are primitive, and leave at least one column in the files.
 * @throws SchemaError
 */
export function validateSchema(schema: StructType, partitionColumns: string[]): void {
  const seen = new Set<string>();
  for (const { name } of schema.fields) {
    if (name === '' || FORBIDDEN.test(name)) {
      throw new SchemaError(
        `Column name ${JSON.stringify(name)} is empty or has one of the characters " ,;{}()=": rename it.`,
      );
    }
    if (seen.has(name.toLowerCase()))
      throw new SchemaError(`Two columns are named ${name} when case is ignored: rename one.`);
    seen.add(name.toLowerCase());
  }
  for (const name of partitionColumns) validatePartitionColumn(schema, name);
  if (new Set(partitionColumns).size !== partitionColumns.length)
    throw new SchemaError('A partition column is named twice.');
  if (partitionColumns.length === schema.fields.length) {
    throw new SchemaError(
      `A table needs a column that is no partition column; all ${schema.fields.length} are.`,
    );
  }
}

function validatePartitionColumn(schema: StructType, name: string): void {
  const found = schema.fields.find((column) => column.name === name);
  const names = schema.fields.map((column) => column.name).join(', ');
  if (!found)
    throw new SchemaError(`Partition column ${name} is not in the schema; its columns are ${names}.`);
  if (typeof found.type !== 'string' || ['binary', 'double', 'float'].includes(found.type)) {
    throw new SchemaError(
      `Partition column ${name} has type ${JSON.stringify(found.type)}: use text, whole numbers, decimals, dates or booleans.`,
    );
  }
}

function serializeField({ name, type, nullable, metadata }: StructField): object {
  return { name, type: serializeType(type), nullable, metadata };
}

function serializeType(type: DeltaType): unknown {
  if (typeof type === 'string') return type;
  if (type.type === 'struct') return { type: 'struct', fields: type.fields.map(serializeField) };
  if (type.type === 'array') {
    return { type: 'array', elementType: serializeType(type.elementType), containsNull: type.containsNull };
  }
  const { valueContainsNull } = type;
  return {
    type: 'map',
    keyType: serializeType(type.keyType),
    valueType: serializeType(type.valueType),
    valueContainsNull,
  };
}

function parseType(value: unknown, where: string): DeltaType {
  if (typeof value === 'string') return parsePrimitive(value, where);
  if (!isRecord(value)) throw new SchemaError(`Type of ${where} must be text or an object.`);
  if (value.type === 'struct' && Array.isArray(value.fields)) {
    return { type: 'struct', fields: value.fields.map((child) => parseField(child, where)) };
  }
  if (value.type === 'array') {
    const elementType = parseType(value.elementType, `${where}.element`);
    return { type: 'array', elementType, containsNull: value.containsNull !== false };
  }
  if (value.type === 'map') {
    const keyType = parseType(value.keyType, `${where}.key`);
    const valueType = parseType(value.valueType, `${where}.value`);
    return { type: 'map', keyType, valueType, valueContainsNull: value.valueContainsNull !== false };
  }
  throw new SchemaError(`Unknown type of ${where}: ${JSON.stringify(value).slice(0, 80)}.`);
}

function parsePrimitive(name: string, where: string): PrimitiveType {
  if (PRIMITIVES.has(name)) return name as PrimitiveType;
  const match = /^decimal(?:\(\s*(\d+)\s*,\s*(\d+)\s*\))?$/.exec(name);
  if (match) return decimalType(Number(match[1] ?? 10), Number(match[2] ?? 0));
  throw new SchemaError(`Unknown type of ${where}: ${name}.`);
}

function parseField(value: unknown, where: string): StructField {
  if (!isRecord(value) || typeof value.name !== 'string')
    throw new SchemaError(`A field of ${where} has no name.`);
  const metadata = isRecord(value.metadata) ? value.metadata : {};
  const type = parseType(value.type, where === 'schema' ? value.name : `${where}.${value.name}`);
  return { name: value.name, type, nullable: value.nullable !== false, metadata };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
