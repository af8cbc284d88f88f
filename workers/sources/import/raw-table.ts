import type { Data, RecordBatch, Table } from 'apache-arrow';

import { dateColumn, ordinalColumn } from '../columns/fixed.ts';
import { assembleBatch, assembleTable } from '../columns/table.ts';
import { requireDay } from '../transactions/plan.ts';
import type { RawSource } from './raw-source.ts';

/** What ingestion adds to the rows of a file of transactions. */
export interface IngestOptions {
  /** `_row_id` of the first row, so that several files count on; default 0. */
  firstRow?: number;
  /** `_batch_date` of rows that have neither date nor timestamp, `YYYY-MM-DD`; default 1970-01-01. */
  fallbackDate?: string;
}

const MICROS_PER_DAY = 86_400_000_000;

/** The table that a file becomes: its raw columns batch by batch, and what ingestion adds to them. */
export class RawTable {
  private readonly source: RawSource;
  private readonly batches: RecordBatch[] = [];
  private readonly fallbackDay: number;
  private nextRow: number;

  constructor(source: RawSource, { firstRow = 0, fallbackDate = '1970-01-01' }: IngestOptions) {
    this.source = source;
    this.nextRow = firstRow;
    this.fallbackDay = requireDay(fallbackDate);
  }

  /** Adds rows as columns in the order of the source. */
  append(length: number, columns: Data[]): void {
    const { schema } = this.source.table;
    const isBare = schema.fields.length === this.source.columns.length;
    const added = isBare
      ? []
      : [ordinalColumn(this.nextRow, length), dateColumn(this.batchDays(length, columns))];
    this.batches.push(assembleBatch(schema, length, [...columns, ...added]));
    this.nextRow += length;
  }

  finish(): Table {
    return assembleTable(this.source.table.schema, this.batches);
  }

  /** The transaction's date, else the day of its timestamp, else the fallback. */
  private batchDays(length: number, columns: Data[]): Int32Array {
    const dates = this.columnNamed('transaction_date', columns);
    const timestamps = this.columnNamed('transaction_timestamp', columns);
    const days = new Int32Array(length).fill(this.fallbackDay);
    for (let row = 0; row < length; row++) {
      if (dates?.getValid(row)) days[row] = Number(dates.values[row]);
      else if (timestamps?.getValid(row))
        days[row] = Math.floor(Number(timestamps.values[row]) / MICROS_PER_DAY);
    }
    return days;
  }

  private columnNamed(name: string, columns: Data[]): Data | undefined {
    return columns[this.source.columns.findIndex((column) => column.name === name)];
  }
}
