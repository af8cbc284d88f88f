import { Binary, Schema, vectorFromArray } from 'apache-arrow';
import { arrowFieldOf } from '../../../workers/lake/schema/arrow-types.ts';
import { concat } from '../../../workers/lake/parquet/concat.ts';
import { nulls } from '../../../workers/lake/schema/cast.ts';
import { tableOf, writeIpc } from '../../../workers/lake/parquet/ipc.ts';
import { repeatPartitionValue } from '../../../workers/lake/parquet/partition-value.ts';
import type { StructField, StructType } from '../../../workers/lake/types.ts';

/** A row: every value as text, in schema order; bytes as hex. The reader turns them into its own values. */
export type Cells = (string | null)[];

/** Rows as an Arrow IPC stream. */
export function ipcOf(schema: StructType, rows: Cells[]): Uint8Array {
  const arrow = new Schema(schema.fields.map(arrowFieldOf));
  if (rows.length === 0) return writeIpc(tableOf(arrow, [], []));
  const columns = schema.fields.map((column, index) =>
    concat(rows.map((row) => cellOf(row[index] ?? null, column))),
  );
  return writeIpc(tableOf(arrow, [columns], [rows.length]));
}

function cellOf(text: string | null, column: StructField): ReturnType<typeof nulls> {
  const { type } = arrowFieldOf(column);
  if (text === null) return nulls(type, 1);
  if (column.type === 'binary' || text === '') {
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));
    const [data] = vectorFromArray(
      [column.type === 'binary' ? bytes : ''],
      column.type === 'binary' ? new Binary() : type,
    ).data;
    if (data) return data;
  }
  return repeatPartitionValue(text, column, 1);
}
