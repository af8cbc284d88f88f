import { Schema, type Table } from 'apache-arrow';
import { arrowFieldOf } from '../schema/arrow-types.ts';
import { conform } from '../schema/conform.ts';
import { columnsOf, readIpc, tableOf } from './ipc.ts';
import type { StructField } from '../types.ts';

/**
 * The rows of several complete Arrow IPC streams, whose schemas may differ as those of files of different age do, as one table
 * with exactly these columns. Batches are shared, not copied.
 * @throws SchemaError when a stream lacks a column
 */
export function unionStreams(streams: Uint8Array[], columns: StructField[]): Table {
  const batches = streams.flatMap((ipc) => columnsOf(conform(readIpc(ipc), columns)));
  return tableOf(
    new Schema(columns.map(arrowFieldOf)),
    batches.map((batch) => batch.columns),
    batches.map(({ length }) => length),
  );
}
