import { DataType, makeData, TimeUnit, type Data, type Vector } from 'apache-arrow';

import { cellBuilder } from '../columns/cell-builder.ts';
import { arrowType, type ColumnField, type ColumnType } from '../columns/schema.ts';
import { cellReader, type ReadCell } from './arrow-cells.ts';
import { formatDecimal, parseDecimalWords } from './arrow-decimal.ts';
import { BAD_LINES_SHOWN, type BadValues } from './import-error.ts';
import { describeType } from './parse-value.ts';

/** A column of one batch in the type of its field; values it cannot hold are reported, row numbers counting from `firstRow`. */
export function convertColumn(column: Vector, field: ColumnField, firstRow: number, bad: BadValues): Data {
  const [data] = column.data;
  if (data && canCopy(field.type, data)) return copyData(field.type, data);
  const read = cellReader(field.type, column.type as DataType) ?? (() => undefined);
  return readColumn(column, field, read, firstRow, bad);
}

function readColumn(
  column: Vector,
  field: ColumnField,
  read: ReadCell,
  firstRow: number,
  bad: BadValues,
): Data {
  const cells = cellBuilder(field.type);
  let faults = 0;
  for (let row = 0; row < column.length && faults < BAD_LINES_SHOWN; row++) {
    const value = column.isValid(row) ? read(column, row) : null;
    if (value !== undefined) {
      cells.append(value);
      continue;
    }
    faults++;
    const shown = describeCell(column, row);
    bad.add({ line: firstRow + row, column: field.name, value: shown, expected: describeType(field.type) });
  }
  return cells.finish();
}

/** True when the buffers are already laid out as the field needs them. A column of nulls may come without buffers. */
function canCopy(wanted: ColumnType, { type, offset, length, nullCount }: Data): boolean {
  return offset === 0 && nullCount < length && isSameLayout(wanted, type);
}

function isSameLayout(wanted: ColumnType, type: DataType): boolean {
  switch (wanted) {
    case 'string':
      return DataType.isUtf8(type);
    case 'boolean':
      return DataType.isBool(type);
    case 'timestamp':
      return DataType.isTimestamp(type) && type.unit === TimeUnit.MICROSECOND;
    case 'decimal(18,2)':
      return DataType.isDecimal(type) && type.scale === 2 && type.precision === 18 && type.bitWidth === 128;
    default:
      return String(type) === String(arrowType(wanted));
  }
}

/** Buffers of its own for each column, as toIpcStream asks: those of a decoded stream are slices of one. */
function copyData(wanted: ColumnType, data: Data): Data {
  const { length, nullCount } = data;
  const nullBitmap = nullCount === 0 ? null : data.nullBitmap.slice();
  const values: unknown = data.values.slice();
  const valueOffsets: unknown = data.valueOffsets?.slice();
  return makeData({
    type: arrowType(wanted),
    length,
    nullCount,
    nullBitmap,
    data: values,
    valueOffsets,
  } as Parameters<typeof makeData>[0]);
}

function describeCell(column: Vector, row: number): string {
  const type = column.type as DataType;
  const value: unknown = column.get(row);
  if (DataType.isDecimal(type)) return formatDecimal(parseDecimalWords(value as Uint32Array), type.scale);
  if (DataType.isTimestamp(type)) return String((column.data[0]?.values as BigInt64Array)[row]);
  return DataType.isDate(type) ? new Date(Number(value)).toISOString() : String(value);
}
