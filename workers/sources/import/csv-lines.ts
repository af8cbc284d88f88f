import Papa from 'papaparse';

import { decodePieces, detectDelimiter, detectNewline } from './csv-text.ts';
import { ImportError } from './import-error.ts';

/** One record of a CSV file and the line it starts on, 1-based. */
export interface CsvRecord {
  line: number;
  fields: string[];
}

/** A record that spans more text than this has a quote that was never closed. */
const LONGEST_RECORD = 16_777_216;

/**
 * The records of a CSV file (RFC 4180, also with `;`, tab or `|` between fields and any line end), empty lines left out. Only
 * about a megabyte of them is in memory at a time.
 * @throws ImportError for malformed quotes, and for text that is not UTF-8.
 */
export function* readRecords(file: string, bytes: Uint8Array): Generator<CsvRecord> {
  let parser: Papa.Parser | undefined;
  let newline: '\r' | '\n' = '\n';
  let pending = '';
  let line = 1;
  const parse = function* (isLast: boolean): Generator<CsvRecord> {
    parser ??= new Papa.Parser({ delimiter: detectDelimiter(firstLine(pending)), newline });
    const { data, errors, meta } = parser.parse(pending, 0, !isLast) as Papa.ParseResult<string[]>;
    const quoteError = errors.find((error) => isLast || (error.row ?? 0) < data.length);
    const isQuoted = pending.includes('"');
    for (const [index, fields] of data.entries()) {
      if (quoteError?.row === index) throw malformedQuotes(file, line, quoteError.message);
      const lines = isQuoted ? 1 + countBreaks(fields, newline) : 1;
      if (newline === '\n') dropCarriageReturn(fields);
      if (fields.length > 1 || fields[0]?.trim() !== '') yield { line, fields };
      line += lines;
    }
    pending = pending.slice(meta.cursor);
    if (pending.length > LONGEST_RECORD) throw malformedQuotes(file, line, 'a quoted field never ends');
  };
  for (const piece of decodePieces(file, bytes)) {
    if (parser === undefined) newline = detectNewline(pending + piece);
    pending += piece;
    if (pending.includes(newline)) yield* parse(false);
  }
  yield* parse(true);
}

function firstLine(text: string): string {
  return /^[^\r\n]*/.exec(text)?.[0] ?? '';
}

function dropCarriageReturn(fields: string[]): void {
  const last = fields[fields.length - 1] ?? '';
  if (last.endsWith('\r')) fields[fields.length - 1] = last.slice(0, -1);
}

function countBreaks(fields: string[], newline: string): number {
  return fields.reduce((count, field) => count + field.split(newline).length - 1, 0);
}

function malformedQuotes(file: string, line: number, reason: string): ImportError {
  return new ImportError({
    file,
    columns: [],
    expected: 'quotes that open and close around a whole field, with inner quotes doubled',
    actual: `line ${line}: ${reason}`,
    hint: 'Correct the quotes and import the file again.',
    line,
  });
}
