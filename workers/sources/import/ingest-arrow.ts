import { DataType, tableFromIPC, type RecordBatch, type Table, type Vector } from 'apache-arrow';

import type { CellValue } from '../columns/cell-builder.ts';
import type { ColumnField } from '../columns/schema.ts';
import { cellReader, type ReadCell } from './arrow-cells.ts';
import { formatDecimal, parseDecimalWords } from './arrow-decimal.ts';
import { BadValues, ImportError } from './import-error.ts';
import { describeType } from './parse-value.ts';
import { locateColumns, requireSource, type RawSource } from './raw-source.ts';
import { RawTable, type IngestOptions } from './raw-table.ts';

/**
 * Takes a user's Parquet file, decoded to a complete Arrow IPC stream, as the rows of a source. Columns stand in any order; types
 * may differ where no value changes: floats and whole numbers for amounts that are exact to the cent, any string layout, any
 * timestamp unit and zone (none means UTC) exact to the microsecond, dates in days or milliseconds, whole numbers of any width.
 * @throws ImportError naming the file, the columns, and the first five bad rows; nothing is imported then.
 */
export function ingestArrow(
  name: string,
  ipc: Uint8Array,
  source: string,
  options: IngestOptions = {},
): Table {
  const raw = requireSource(name, source);
  const decoded = decodeStream(name, ipc);
  const header = decoded.schema.fields.map((field) => field.name);
  const positions = locateColumns(name, raw, header);
  checkTypes(name, raw, decoded, positions);
  const bad = new BadValues('row');
  const table = new RawTable(raw, options);
  let firstRow = 1;
  for (const batch of decoded.batches) {
    appendBatch(batch, openColumns(batch, raw, positions), firstRow, table, bad);
    firstRow += batch.numRows;
    if (bad.isFull) break;
  }
  if (!bad.isEmpty) throw bad.toError(name, header);
  return table.finish();
}

function decodeStream(file: string, ipc: Uint8Array): Table {
  try {
    const table = tableFromIPC(ipc);
    if (table.schema.fields.length > 0) return table;
  } catch (cause) {
    throw notArrow(file, ipc, cause);
  }
  throw notArrow(file, ipc);
}

function notArrow(file: string, ipc: Uint8Array, cause?: unknown): ImportError {
  return new ImportError({
    file,
    columns: [],
    expected: 'a file with columns, decoded to a complete Arrow IPC stream',
    actual: `${ipc.length} bytes that are none`,
    hint: 'Check that it is a whole Parquet file and import it again.',
    cause,
  });
}

function checkTypes(file: string, source: RawSource, table: Table, positions: number[]): void {
  const wrong = source.columns.flatMap(({ name, type }, index) => {
    const at = positions[index] ?? -1;
    const given = table.schema.fields[at]?.type as DataType | undefined;
    return given && cellReader(type, given) ? [] : [{ name, type, given: String(given), at }];
  });
  if (wrong.length === 0) return;
  throw new ImportError({
    file,
    columns: wrong.map(({ name }) => name),
    expected: `the types ${wrong.map(({ name, type }) => `${name} ${type}`).join(', ')}`,
    actual: wrong.map(({ name, given }) => `${name} ${given}`).join(', '),
    hint: 'Convert these columns and import the file again.',
    column: (wrong[0]?.at ?? 0) + 1,
  });
}

interface OpenColumn {
  field: ColumnField;
  vector: Vector;
  read: ReadCell;
}

function openColumns(batch: RecordBatch, source: RawSource, positions: number[]): OpenColumn[] {
  return source.columns.flatMap((field, index) => {
    const vector = batch.getChildAt(positions[index] ?? -1);
    const read = vector && cellReader(field.type, vector.type as DataType);
    return vector && read ? [{ field, vector, read }] : [];
  });
}

function appendBatch(
  batch: RecordBatch,
  columns: OpenColumn[],
  firstRow: number,
  table: RawTable,
  bad: BadValues,
): void {
  const values = new Array<CellValue | null>(columns.length).fill(null);
  for (let row = 0; row < batch.numRows && !bad.isFull; row++) {
    for (const [index, { field, vector, read }] of columns.entries()) {
      const value = vector.isValid(row) ? read(vector, row) : null;
      values[index] = value ?? null;
      if (value !== undefined) continue;
      const shown = describeCell(vector, row);
      bad.add({ line: firstRow + row, column: field.name, value: shown, expected: describeType(field.type) });
    }
    if (bad.isEmpty) table.append(values);
  }
}

function describeCell(vector: Vector, row: number): string {
  const type = vector.type as DataType;
  const value: unknown = vector.get(row);
  if (DataType.isDecimal(type)) return formatDecimal(parseDecimalWords(value as Uint32Array), type.scale);
  if (DataType.isTimestamp(type)) return String((vector.data[0]?.values as BigInt64Array)[row]);
  return DataType.isDate(type) ? new Date(Number(value)).toISOString() : String(value);
}
