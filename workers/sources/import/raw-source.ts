import type { ColumnField, SourceTable } from '../columns/schema.ts';
import { RAW_TRANSACTION_SCHEMA, SOURCE_TABLES } from '../transactions/tables.ts';
import { ImportError } from './import-error.ts';

/** A source that users' files can replace: the columns a file must have, and the table they become. */
export interface RawSource {
  name: string;
  columns: ColumnField[];
  table: SourceTable;
}

/** Columns that ingestion adds; in a file that was exported from the lake they are ignored and made anew. */
export const INGESTION_COLUMNS = ['_row_id', '_batch_date'];

const RAW_SOURCES: RawSource[] = [
  { name: 'transactions', columns: RAW_TRANSACTION_SCHEMA.fields, table: SOURCE_TABLES.transactions },
  { name: 'customers', columns: SOURCE_TABLES.customers.schema.fields, table: SOURCE_TABLES.customers },
  { name: 'merchants', columns: SOURCE_TABLES.merchants.schema.fields, table: SOURCE_TABLES.merchants },
];

/** @throws ImportError when no source has that name. */
export function requireSource(file: string, name: string): RawSource {
  const source = RAW_SOURCES.find((known) => known.name === name);
  if (source) return source;
  throw new ImportError({
    file,
    columns: [],
    expected: `a source named ${RAW_SOURCES.map((known) => known.name).join(', ')}`,
    actual: `'${name}'`,
    hint: 'Choose one of these sources.',
  });
}

/**
 * Finds each raw column in the header of a file, whatever the order; the answer has its positions in the order of the source.
 * @throws ImportError naming columns that are missing, unknown or there twice.
 */
export function locateColumns(file: string, source: RawSource, header: string[]): number[] {
  const wanted = source.columns.map((column) => column.name);
  const missing = wanted.filter((name) => !header.includes(name));
  const unknown = header.filter((name) => !wanted.includes(name) && !INGESTION_COLUMNS.includes(name));
  const twice = wanted.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (missing.length + unknown.length + twice.length === 0) return wanted.map((name) => header.indexOf(name));
  const faults = [
    missing.length > 0 ? `no column ${missing.join(', ')}` : '',
    unknown.length > 0 ? `unknown column ${unknown.map((name) => name || '(no name)').join(', ')}` : '',
    twice.length > 0 ? `column ${twice.join(', ')} more than once` : '',
  ];
  throw new ImportError({
    file,
    columns: [...missing, ...unknown, ...twice],
    expected: `the ${wanted.length} columns ${wanted.join(', ')}`,
    actual: faults.filter((fault) => fault !== '').join('; '),
    hint: 'Rename, add or remove these columns and import the file again.',
    line: 1,
  });
}
