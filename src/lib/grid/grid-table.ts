import { DataType, tableFromIPC, TimeUnit, type Table, type Vector } from 'apache-arrow';
import { columnText } from './arrow-text.ts';
import type { CellMark } from './cell-mark.ts';
import { readSortKeys, type SortKeys } from './sort-keys.ts';

/** One column as the grid shows it. Values are made on demand, so a column of 3 million rows costs nothing until seen. */
export interface GridColumn {
  name: string;
  /** Type as people know it, DuckDB's name where it is given: `DECIMAL(18,2)`. */
  type: string;
  /** Zone of the values, named in the header; null when they are not instants. */
  zone: 'UTC' | null;
  align: 'left' | 'right';
  /** The exact value, ungrouped; null for NULL. */
  text(row: number): string | null;
  /** Comparable keys of all rows; made once per sort. */
  keys(): SortKeys;
  /** What is special about a cell, in tables that compare; left out where nothing is. */
  mark?(row: number): CellMark | null;
}

/** A table the grid can show: the only thing it knows about Arrow is behind this. */
export interface GridTable {
  rowCount: number;
  columns: GridColumn[];
}

const UNIT_SUFFIX: Record<number, string> = {
  [TimeUnit.SECOND]: '_S',
  [TimeUnit.MILLISECOND]: '_MS',
  [TimeUnit.NANOSECOND]: '_NS',
};

/** DuckDB's name of an Arrow type, for results that come without declared types. */
export function typeName(type: DataType): string {
  if (DataType.isDecimal(type)) return `DECIMAL(${type.precision},${type.scale})`;
  if (DataType.isTimestamp(type))
    return type.timezone ? 'TIMESTAMP WITH TIME ZONE' : `TIMESTAMP${UNIT_SUFFIX[type.unit] ?? ''}`;
  if (DataType.isInt(type)) {
    const width = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' }[type.bitWidth];
    return (type.isSigned ? '' : 'U') + width;
  }
  if (DataType.isFloat(type)) return type.precision === 2 ? 'DOUBLE' : 'FLOAT';
  if (DataType.isDictionary(type)) return typeName(type.dictionary as DataType);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return 'VARCHAR';
  if (DataType.isBool(type)) return 'BOOLEAN';
  if (DataType.isDate(type)) return 'DATE';
  if (DataType.isTime(type)) return 'TIME';
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return 'BLOB';
  if (DataType.isList(type)) return `${typeName(type.valueType as DataType)}[]`;
  return String(type).replace(/<.*/s, '').toUpperCase();
}

function isNumeric(type: DataType): boolean {
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type);
}

function makeColumn(name: string, vector: Vector, declared: string | undefined): GridColumn {
  const type: DataType = vector.type;
  const text = columnText(vector);
  const numeric = isNumeric(type);
  return {
    name,
    type: declared ?? typeName(type),
    zone: DataType.isTimestamp(type) ? 'UTC' : null,
    align: numeric ? 'right' : 'left',
    text,
    keys: () => readSortKeys(vector, text),
  };
}

/** Opens an Arrow table for the grid; `types` are the declared types by position, else derived from Arrow. */
export function openGridTable(table: Table, types: { type: string }[] = []): GridTable {
  const columns = table.schema.fields.map((field, i) =>
    makeColumn(field.name, table.getChildAt(i) as Vector, types[i]?.type),
  );
  return { rowCount: table.numRows, columns };
}

/** Opens a complete Arrow IPC stream for the grid. */
export function openGridIpc(ipc: Uint8Array, types: { type: string }[] = []): GridTable {
  return openGridTable(tableFromIPC(ipc), types);
}
