import type { Table } from 'apache-arrow';

import { cellBuilder, type CellBuilder } from '../columns/cell-builder.ts';
import type { ColumnField } from '../columns/schema.ts';
import { readRecords, type CsvRecord } from './csv-lines.ts';
import { BadValues, ImportError } from './import-error.ts';
import { describeType, parserOf, type ParseValue } from './parse-value.ts';
import { locateColumns, requireSource, type RawSource } from './raw-source.ts';
import { RawTable, type IngestOptions } from './raw-table.ts';

const ROWS_PER_BATCH = 131_072;

/**
 * Reads a user's CSV file as the rows of a source: a header with the raw columns in any order, ISO dates and timestamps
 * (no offset means UTC), a point before decimals, empty for null. Business rules are not checked: raw data may be dirty.
 * @throws ImportError naming the file, the columns, and the first five bad lines; nothing is imported then.
 */
export function ingestFile(
  name: string,
  bytes: Uint8Array,
  source: string,
  options: IngestOptions = {},
): Table {
  const raw = requireSource(name, source);
  const records = readRecords(name, bytes);
  const header = readHeader(name, records);
  const columns = openColumns(raw, locateColumns(name, raw, header));
  const bad = new BadValues('line');
  const table = new RawTable(raw, options);
  const flush = (rows: number) =>
    table.append(
      rows,
      columns.map((column) => column.cells.finish()),
    );
  let rows = 0;
  for (const record of records) {
    readRecord(record, columns, header.length, bad);
    if (bad.isFull) break;
    if (++rows % ROWS_PER_BATCH === 0) flush(ROWS_PER_BATCH);
  }
  if (!bad.isEmpty) throw bad.toError(name, header);
  flush(rows % ROWS_PER_BATCH);
  return table.finish();
}

function readHeader(file: string, records: Generator<CsvRecord>): string[] {
  const first = records.next();
  if (!first.done) return first.value.fields.map((field) => field.trim());
  throw new ImportError({
    file,
    columns: [],
    expected: 'a header line with the column names',
    actual: 'an empty file',
    hint: 'Choose a file that has data.',
    line: 1,
  });
}

interface OpenColumn {
  field: ColumnField;
  /** Position in the file. */
  at: number;
  parse: ParseValue;
  cells: CellBuilder;
}

function openColumns(source: RawSource, positions: number[]): OpenColumn[] {
  return source.columns.map((field, index) => ({
    field,
    at: positions[index] ?? -1,
    parse: parserOf(field.type),
    cells: cellBuilder(field.type),
  }));
}

function readRecord({ line, fields }: CsvRecord, columns: OpenColumn[], width: number, bad: BadValues): void {
  if (fields.length !== width) {
    const value = `${fields.length} fields: ${shorten(fields.join(','))}`;
    bad.add({ line, column: null, value, expected: `${width} fields` });
    return;
  }
  for (const { field, at, parse, cells } of columns) {
    const text = fields[at] ?? '';
    const value = text === '' ? null : parse(text);
    if (value !== undefined) cells.append(value);
    else
      bad.add({ line, column: field.name, value: `'${shorten(text)}'`, expected: describeType(field.type) });
  }
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
