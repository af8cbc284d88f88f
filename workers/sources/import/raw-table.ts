import type { RecordBatch, Table } from 'apache-arrow';

import { requireDay } from '../transactions/plan.ts';
import { cellBuilder, type CellBuilder, type CellValue } from '../columns/cell-builder.ts';
import { assembleBatch, assembleTable } from '../columns/table.ts';
import type { RawSource } from './raw-source.ts';

/** What ingestion adds to the rows of a file of transactions. */
export interface IngestOptions {
  /** `_row_id` of the first row, so that several files count on; default 0. */
  firstRow?: number;
  /** `_batch_date` of rows that have neither date nor timestamp, `YYYY-MM-DD`; default 1970-01-01. */
  fallbackDate?: string;
}

const ROWS_PER_BATCH = 131_072;
const MICROS_PER_DAY = 86_400_000_000;

/** A source table that grows row by row, in record batches of bounded size. */
export class RawTable {
  private readonly source: RawSource;
  private readonly builders: CellBuilder[];
  private readonly batches: RecordBatch[] = [];
  private readonly firstRow: number;
  private readonly fallbackDay: number;
  private readonly dateAt: number;
  private readonly timestampAt: number;
  private rows = 0;

  constructor(source: RawSource, { firstRow = 0, fallbackDate = '1970-01-01' }: IngestOptions) {
    this.source = source;
    this.builders = source.table.schema.fields.map((field) => cellBuilder(field.type));
    this.firstRow = firstRow;
    this.fallbackDay = requireDay(fallbackDate);
    this.dateAt = source.columns.findIndex((column) => column.name === 'transaction_date');
    this.timestampAt = source.columns.findIndex((column) => column.name === 'transaction_timestamp');
  }

  /** Appends a row: its raw values in the order of the source's columns. */
  append(values: (CellValue | null)[]): void {
    const raw = this.source.columns.length;
    for (let index = 0; index < raw; index++) this.builders[index]?.append(values[index] ?? null);
    this.builders[raw]?.append(this.firstRow + this.rows);
    this.builders[raw + 1]?.append(this.batchDay(values));
    this.rows++;
    if (this.rows % ROWS_PER_BATCH === 0) this.flush(ROWS_PER_BATCH);
  }

  finish(): Table {
    const rest = this.rows % ROWS_PER_BATCH;
    if (rest > 0 || this.batches.length === 0) this.flush(rest);
    return assembleTable(this.source.table.schema, this.batches);
  }

  private flush(length: number): void {
    const columns = this.builders.map((builder) => builder.finish());
    this.batches.push(assembleBatch(this.source.table.schema, length, columns));
  }

  private batchDay(values: (CellValue | null)[]): CellValue {
    const day = values[this.dateAt] ?? null;
    if (day !== null) return day;
    const micros = values[this.timestampAt] ?? null;
    return micros === null ? this.fallbackDay : Math.floor(Number(micros) / MICROS_PER_DAY);
  }
}
