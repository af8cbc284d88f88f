import type { Table } from 'apache-arrow';

import type { CellValue } from '../columns/cell-builder.ts';
import type { ColumnField } from '../columns/schema.ts';
import { readRecords, type CsvRecord } from './csv-lines.ts';
import { BadValues, ImportError } from './import-error.ts';
import { describeType, parserOf, type ParseValue } from './parse-value.ts';
import { locateColumns, requireSource, type RawSource } from './raw-source.ts';
import { RawTable, type IngestOptions } from './raw-table.ts';

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
  const reader = new RecordReader(name, raw, header);
  const table = new RawTable(raw, options);
  for (const record of records) {
    if (reader.read(record)) table.append(reader.values);
    if (reader.bad.isFull) break;
  }
  if (!reader.bad.isEmpty) throw reader.bad.toError(name, header);
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

interface ColumnReader {
  field: ColumnField;
  /** Position in the file. */
  at: number;
  parse: ParseValue;
}

/** Reads one record after the other into `values`. */
class RecordReader {
  readonly values: (CellValue | null)[] = [];
  readonly bad = new BadValues('line');
  private readonly columns: ColumnReader[];
  private readonly width: number;

  constructor(file: string, source: RawSource, header: string[]) {
    const positions = locateColumns(file, source, header);
    this.width = header.length;
    this.columns = source.columns.map((field, index) => ({
      field,
      at: positions[index] ?? -1,
      parse: parserOf(field.type),
    }));
  }

  /** True when every value of the record could be read. */
  read({ line, fields }: CsvRecord): boolean {
    if (fields.length !== this.width) {
      const value = `${fields.length} fields: ${shorten(fields.join(','))}`;
      this.bad.add({ line, column: null, value, expected: `${this.width} fields` });
      return false;
    }
    let isGood = true;
    for (let index = 0; index < this.columns.length; index++) {
      const { field, at, parse } = this.columns[index] as ColumnReader;
      const text = fields[at] ?? '';
      const value = text === '' ? null : parse(text);
      if (value !== undefined) {
        this.values[index] = value;
        continue;
      }
      isGood = false;
      this.bad.add({
        line,
        column: field.name,
        value: `'${shorten(text)}'`,
        expected: describeType(field.type),
      });
    }
    return isGood;
  }
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
