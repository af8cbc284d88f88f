import {
  Binary,
  Bool,
  DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  List,
  Map_,
  Precision,
  Schema,
  Struct,
  TimeUnit,
  Timestamp,
  Utf8,
} from 'apache-arrow';
import { SchemaError } from '../errors.ts';
import { decimalOf, decimalType, field } from './schema.ts';
import type { DeltaType, StructField, StructType } from '../types.ts';

const SIMPLE: Record<string, () => DataType> = {
  string: () => new Utf8(),
  long: () => new Int64(),
  integer: () => new Int32(),
  short: () => new Int16(),
  byte: () => new Int8(),
  double: () => new Float64(),
  float: () => new Float32(),
  boolean: () => new Bool(),
  date: () => new DateDay(),
  timestamp: () => new Timestamp(TimeUnit.MICROSECOND, 'UTC'),
  timestamp_ntz: () => new Timestamp(TimeUnit.MICROSECOND, null),
  binary: () => new Binary(),
};

/** The Arrow type whose Parquet form is what Delta asks for: `timestamp` is microseconds in UTC, text is plain Utf8. */
export function arrowTypeOf(type: DeltaType): DataType {
  if (typeof type === 'string') {
    const decimal = decimalOf(type);
    if (decimal) return new Decimal(decimal.scale, decimal.precision, 128);
    const make = SIMPLE[type];
    if (!make) throw new SchemaError(`No Arrow type for Delta type ${type}.`);
    return make();
  }
  if (type.type === 'struct') return new Struct(type.fields.map(arrowFieldOf));
  if (type.type === 'array')
    return new List(new Field('element', arrowTypeOf(type.elementType), type.containsNull));
  const key = new Field('key', arrowTypeOf(type.keyType), false);
  const value = new Field('value', arrowTypeOf(type.valueType), type.valueContainsNull);
  const entries = new Field('key_value', new Struct<{ key: DataType; value: DataType }>([key, value]), false);
  const map = new Map_(entries);
  // Arrow JS calls it `entries`; Parquet asks for `key_value`, and takes the name from here.
  Object.assign(entries, { name: 'key_value' });
  return map;
}

/** A column as an Arrow field. */
export function arrowFieldOf(column: StructField): Field {
  return new Field(column.name, arrowTypeOf(column.type), column.nullable);
}

/** A table's schema as an Arrow schema. */
export function arrowSchemaOf(schema: StructType): Schema {
  return new Schema(schema.fields.map(arrowFieldOf));
}

/** The Delta schema that holds an Arrow schema; every field nullable. @throws SchemaError for types without a place in Delta */
export function deltaSchemaOf(schema: Schema): StructType {
  return {
    type: 'struct',
    fields: schema.fields.map((column) => field(column.name, deltaTypeOfArrow(column.type))),
  };
}

/** The Delta type that holds an Arrow type. Timestamps, with or without zone, become `timestamp`: a naive one means UTC. */
export function deltaTypeOfArrow(type: DataType): DeltaType {
  if (DataType.isDictionary(type)) return deltaTypeOfArrow(type.dictionary as DataType);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isNull(type)) return 'string';
  if (DataType.isInt(type)) return integerType(type.bitWidth, type.isSigned);
  if (DataType.isFloat(type)) return type.precision === Precision.DOUBLE ? 'double' : 'float';
  if (DataType.isBool(type)) return 'boolean';
  if (DataType.isDate(type)) return 'date';
  if (DataType.isTimestamp(type)) return 'timestamp';
  if (DataType.isDecimal(type)) return decimalType(type.precision, type.scale);
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return 'binary';
  return nestedType(type);
}

function nestedType(type: DataType): DeltaType {
  const children = (type.children ?? []) as Field[];
  if (DataType.isStruct(type))
    return {
      type: 'struct',
      fields: children.map((child) => field(child.name, deltaTypeOfArrow(child.type))),
    };
  const [child] = children;
  if (child && DataType.isList(type))
    return { type: 'array', elementType: deltaTypeOfArrow(child.type), containsNull: true };
  const [key, value] = (child?.type.children ?? []) as Field[];
  if (key && value && DataType.isMap(type)) {
    return {
      type: 'map',
      keyType: deltaTypeOfArrow(key.type),
      valueType: deltaTypeOfArrow(value.type),
      valueContainsNull: true,
    };
  }
  throw new SchemaError(`Arrow type ${type} cannot be stored in a Delta table: cast it first.`);
}

function integerType(bitWidth: number, signed: boolean): DeltaType {
  const widths: DeltaType[] = ['byte', 'short', 'integer', 'long'];
  const index = Math.log2(bitWidth / 8) + (signed ? 0 : 1);
  return widths[index] ?? 'decimal(20,0)';
}
