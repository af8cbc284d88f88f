import { createHash } from 'node:crypto';

import { DataType, type Data, type Table } from 'apache-arrow';

import { formatDay } from '../../../workers/sources/calendar.ts';
import { formatDecimal, parseDecimalWords } from '../../../workers/sources/import/arrow-decimal.ts';
import { RAW_TRANSACTION_SCHEMA } from '../../../workers/sources/transactions/tables.ts';

/** What a cell holds: text, flag, whole number (epoch day, microseconds, cents, int) or null. */
export type Cell = string | boolean | number | null;

/** A column as plain values: dates are epoch days, timestamps microseconds, decimals cents. */
export function column(table: Table, name: string): Cell[] {
  const vector = table.getChild(name);
  if (!vector) throw new Error(`no column ${name}`);
  const type = vector.type as DataType;
  if (DataType.isUtf8(type) || DataType.isBool(type)) return [...vector] as Cell[];
  return vector.data.flatMap((data) =>
    Array.from({ length: data.length }, (_, row) => storedNumber(data, row)),
  );
}

/** The raw columns as a CSV file with LF line ends. */
export function toCsv(table: Table): string {
  const fields = RAW_TRANSACTION_SCHEMA.fields;
  const columns = fields.map((field) =>
    column(table, field.name).map((value) => formatCell(value, field.type)),
  );
  const lines = Array.from({ length: table.numRows }, (_, row) =>
    columns.map((cells) => cells[row]).join(','),
  );
  return [fields.map((field) => field.name).join(','), ...lines, ''].join('\n');
}

/** Share of the values that satisfy `holds`. */
export function shareOf<T>(values: T[], holds: (value: T) => boolean): number {
  return values.filter(holds).length / values.length;
}

/** How often each value occurs, as shares of all. */
export function shares(values: Cell[]): Map<Cell, number> {
  const counts = new Map<Cell, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return new Map([...counts].map(([value, count]) => [value, count / values.length]));
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function storedNumber(data: Data, row: number): number | null {
  if (!data.getValid(row)) return null;
  if (!DataType.isDecimal(data.type)) return Number((data.values as Int32Array | BigInt64Array)[row]);
  return Number(parseDecimalWords((data.values as Uint32Array).subarray(row * 4, row * 4 + 4)));
}

function formatCell(value: Cell, type: string): string {
  if (value === null) return '';
  if (type === 'date') return formatDay(Number(value));
  if (type === 'decimal(18,2)') return formatDecimal(BigInt(Number(value)), 2);
  if (type !== 'timestamp') return String(value);
  const micros = Number(value);
  const seconds = new Date(Math.floor(micros / 1_000_000) * 1000)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}`;
}
