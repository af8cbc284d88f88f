import { formatDay, isWeekend, parseDay } from '../calendar.ts';
import { ParameterError } from './params.ts';
import { checkSpec, type TransactionsSpec } from './spec.ts';

export type SourceTableName = 'transactions' | 'customers' | 'merchants';

/** A piece of a table that is generated in one go: plain data, the same whatever the number of executors. */
export interface Partition {
  table: SourceTableName;
  /** Day of the transactions, `YYYY-MM-DD`; null for customers and merchants. */
  date: string | null;
  /** Ordinal within the table and day, from 0. */
  chunk: number;
  /** Ordinal of the first row within the whole run: its `_row_id`. */
  firstRow: number;
  /** Rows it will have, duplicates included. */
  rows: number;
  /** How many of the rows are appended duplicates of others in it. */
  duplicates: number;
  /** Number that the first transaction id of it ends with; counts from 1 each day. */
  firstOrdinal: number;
}

/** Distinct transactions of one partition, at most. */
export const ROWS_PER_CHUNK = 250_000;
export const CUSTOMER_COUNT = 10_000;
export const MERCHANT_COUNT = 5_000;

const WEEKEND_VOLUME = 0.6;

/**
 * All partitions of a run: customers, merchants, then the chunks of each day in order.
 * @throws ParameterError when the spec is out of bounds.
 */
export function planPartitions(spec: TransactionsSpec): Partition[] {
  checkSpec(spec);
  const firstDay = requireDay(spec.startDate);
  const partitions = [planEntities('customers', CUSTOMER_COUNT), planEntities('merchants', MERCHANT_COUNT)];
  let firstRow = 0;
  for (let day = firstDay; day < firstDay + spec.days; day++) {
    for (const partition of planDay(spec, day, firstRow)) {
      partitions.push(partition);
      firstRow += partition.rows;
    }
  }
  return partitions;
}

/** @throws ParameterError when the text is no date. */
export function requireDay(date: string): number {
  const day = parseDay(date);
  if (day === undefined) throw new ParameterError(`Expected a date YYYY-MM-DD, got '${date}'.`);
  return day;
}

function planEntities(table: SourceTableName, rows: number): Partition {
  return { table, date: null, chunk: 0, firstRow: 0, rows, duplicates: 0, firstOrdinal: 1 };
}

function planDay(spec: TransactionsSpec, day: number, firstRow: number): Partition[] {
  const volume = isWeekend(day) ? Math.max(1, Math.round(spec.rowsPerDay * WEEKEND_VOLUME)) : spec.rowsPerDay;
  const chunks = Math.ceil(volume / ROWS_PER_CHUNK);
  const date = formatDay(day);
  const partitions: Partition[] = [];
  let next = firstRow;
  for (let chunk = 0; chunk < chunks; chunk++) {
    // Chunks of even size keep the executors busy to the end.
    const from = Math.floor((volume * chunk) / chunks);
    const distinct = Math.floor((volume * (chunk + 1)) / chunks) - from;
    const duplicates = Math.round(distinct * spec.dirtRate);
    const rows = distinct + duplicates;
    partitions.push({
      table: 'transactions',
      date,
      chunk,
      firstRow: next,
      rows,
      duplicates,
      firstOrdinal: from + 1,
    });
    next += rows;
  }
  return partitions;
}
