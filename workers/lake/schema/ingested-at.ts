import { Schema, type Table } from 'apache-arrow';
import { columnsOf, tableOf } from '../parquet/ipc.ts';
import { formatMicros } from '../parquet/dates.ts';
import { repeatPartitionValue } from '../parquet/partition-value.ts';
import type { StructField, StructType } from '../types.ts';
import { arrowFieldOf } from './arrow-types.ts';

/** When the load that brought a row was made; the same for all rows of one commit. */
export const INGESTED_AT: StructField = {
  name: '_ingested_at',
  type: 'timestamp',
  nullable: true,
  metadata: {
    comment: 'When the load that brought this row was made (UTC); the same for every row of one commit.',
  },
};

/** The schema with column `_ingested_at` at its end, unless it has it. */
export function withIngestedAt(schema: StructType): StructType {
  if (schema.fields.some(({ name }) => name === INGESTED_AT.name)) return schema;
  return { type: 'struct', fields: [...schema.fields, INGESTED_AT] };
}

/** The rows with `_ingested_at` in each; a column of that name in the rows is replaced. @param ms epoch milliseconds */
export function fillIngestedAt(table: Table, ms: number): Table {
  const text = `${formatMicros(BigInt(ms) * 1000n, 'T')}Z`;
  const kept = table.schema.fields.flatMap(({ name }, index) => (name === INGESTED_AT.name ? [] : [index]));
  const fields = kept.flatMap((index) => table.schema.fields[index] ?? []);
  const batches = columnsOf(table);
  return tableOf(
    new Schema([...fields, arrowFieldOf(INGESTED_AT)]),
    batches.map(({ columns, length }) => [
      ...kept.flatMap((index) => columns[index] ?? []),
      repeatPartitionValue(text, INGESTED_AT, length),
    ]),
    batches.map(({ length }) => length),
  );
}
