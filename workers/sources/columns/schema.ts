import {
  Bool,
  DateDay,
  Decimal,
  Field,
  Int32,
  Int64,
  Schema,
  TimestampMicrosecond,
  Utf8,
  type DataType,
} from 'apache-arrow';

/** The types that source columns have, by their Delta names (delta-io PROTOCOL.md, Primitive Types). */
export type ColumnType = 'string' | 'long' | 'integer' | 'date' | 'timestamp' | 'boolean' | 'decimal(18,2)';

/** One column, as a Delta schema writes it. */
export interface ColumnField {
  name: string;
  type: ColumnType;
  nullable: boolean;
  metadata: Record<string, unknown>;
}

/** A Delta struct of flat columns: plain data, assignable to the lake's StructType. */
export interface TableSchema {
  type: 'struct';
  fields: ColumnField[];
}

/** A table that sources fill: what the lake must create it with. */
export interface SourceTable {
  name: string;
  schema: TableSchema;
  partitionColumns: string[];
}

/** A schema from pairs of name and type, all columns nullable: raw data may lack anything. */
export function tableSchema(columns: Record<string, ColumnType>): TableSchema {
  const fields = Object.entries(columns).map(([name, type]) => ({
    name,
    type,
    nullable: true,
    metadata: {},
  }));
  return { type: 'struct', fields };
}

/** The Arrow type that a column is made in: plain Utf8, Date32, Timestamp(us, UTC), Decimal128(18, 2). */
export function arrowType(type: ColumnType): DataType {
  switch (type) {
    case 'string':
      return new Utf8();
    case 'long':
      return new Int64();
    case 'integer':
      return new Int32();
    case 'date':
      return new DateDay();
    case 'timestamp':
      return new TimestampMicrosecond('UTC');
    case 'boolean':
      return new Bool();
    case 'decimal(18,2)':
      return new Decimal(2, 18, 128);
  }
}

export function arrowSchema(schema: TableSchema): Schema {
  return new Schema(
    schema.fields.map((field) => new Field(field.name, arrowType(field.type), field.nullable)),
  );
}
