/** DuckDB's types and Arrow's: what crosses as what. */

import { DataType, TimeUnit, type Schema } from 'apache-arrow';
import { quoteIdentifier } from './sql-text.ts';

export interface ResultColumn {
  name: string;
  /** DuckDB type name. */
  type: string;
}

/**
 * DuckDB-WASM drops the dictionary of ENUMs, and Arrow JS cannot read the other types: all of them cross as text.
 * A type nested in a list or struct is replaced in place.
 */
const enumType = /ENUM\((?:'(?:[^']|'')*'(?:, ?)?)*\)/g;
const textTypes = /\b(?:INTERVAL|UHUGEINT|TIME WITH TIME ZONE|BIT|BIGNUM|VARINT)\b/g;

/** The type a column of this type crosses in: itself, unless Arrow cannot carry it. */
export function portableType(type: string): string {
  if (/\b(?:UNION\(|VARIANT)/.test(type)) return 'VARCHAR';
  return type.replace(enumType, 'VARCHAR').replace(textTypes, 'VARCHAR');
}

/** The SELECT with its unportable columns cast; unchanged when there are none. Adds one line before the statement. */
export function withPortableColumns(
  sql: string,
  columns: readonly ResultColumn[],
): { sql: string; linesBefore: number } {
  if (columns.every((column) => portableType(column.type) === column.type)) return { sql, linesBefore: 0 };
  const aliases = columns.map((_, i) => `c${i}`);
  const selected = columns.map((column, i) => {
    const portable = portableType(column.type);
    const value = portable === column.type ? `c${i}` : `CAST(c${i} AS ${portable})`;
    return `${value} AS ${quoteIdentifier(column.name)}`;
  });
  return {
    sql: `SELECT ${selected.join(', ')} FROM (\n${sql}\n) AS result(${aliases.join(', ')})`,
    linesBefore: 1,
  };
}

/** DuckDB types told from an Arrow schema, for statements that DESCRIBE does not take. */
export function columnsOfSchema(schema: Schema): ResultColumn[] {
  return schema.fields.map((field) => ({ name: field.name, type: typeOfArrow(field.type as DataType) }));
}

const timestampTypes: Record<TimeUnit, string> = {
  [TimeUnit.SECOND]: 'TIMESTAMP_S',
  [TimeUnit.MILLISECOND]: 'TIMESTAMP_MS',
  [TimeUnit.MICROSECOND]: 'TIMESTAMP',
  [TimeUnit.NANOSECOND]: 'TIMESTAMP_NS',
};
const integerTypes: Record<number, string> = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' };

function typeOfArrow(type: DataType): string {
  if (DataType.isInt(type)) return `${type.isSigned ? '' : 'U'}${integerTypes[type.bitWidth] ?? 'BIGINT'}`;
  if (DataType.isFloat(type)) return type.precision === 2 ? 'DOUBLE' : 'FLOAT';
  if (DataType.isDecimal(type)) return `DECIMAL(${type.precision},${type.scale})`;
  if (DataType.isBool(type)) return 'BOOLEAN';
  if (DataType.isDate(type)) return 'DATE';
  if (DataType.isTime(type)) return 'TIME';
  if (DataType.isTimestamp(type))
    return type.timezone ? 'TIMESTAMP WITH TIME ZONE' : timestampTypes[type.unit];
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return 'BLOB';
  if (DataType.isList(type)) return `${typeOfArrow(type.valueType as DataType)}[]`;
  if (DataType.isStruct(type)) {
    const fields = type.children.map(
      (field) => `${quoteIdentifier(field.name)} ${typeOfArrow(field.type as DataType)}`,
    );
    return `STRUCT(${fields.join(', ')})`;
  }
  return 'VARCHAR';
}
