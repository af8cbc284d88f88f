import { tableFromIPC, type Data, type DataType, type RecordBatch, type Table } from 'apache-arrow';

import { cellReader } from './arrow-cells.ts';
import { convertColumn } from './arrow-column.ts';
import { BadValues, ImportError } from './import-error.ts';
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
    table.append(batch.numRows, convertBatch(batch, raw, positions, firstRow, bad));
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

function convertBatch(
  batch: RecordBatch,
  source: RawSource,
  positions: number[],
  firstRow: number,
  bad: BadValues,
): Data[] {
  return source.columns.flatMap((field, index) => {
    const column = batch.getChildAt(positions[index] ?? -1);
    return column ? [convertColumn(column, field, firstRow, bad)] : [];
  });
}
