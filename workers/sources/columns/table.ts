import { makeData, RecordBatch, Struct, Table, tableToIPC, type Data } from 'apache-arrow';

import { arrowSchema, type TableSchema } from './schema.ts';

/** One record batch of columns in schema order, all of `length` rows. */
export function assembleBatch(schema: TableSchema, length: number, columns: Data[]): RecordBatch {
  const arrow = arrowSchema(schema);
  const struct = makeData({ type: new Struct(arrow.fields), length, nullCount: 0, children: columns });
  return new RecordBatch(arrow, struct);
}

/** A table of the batches; with none of them it has the columns and no rows. */
export function assembleTable(schema: TableSchema, batches: RecordBatch[]): Table {
  return new Table(arrowSchema(schema), batches);
}

/**
 * The table as one complete Arrow IPC stream, end-of-stream marker included, in a buffer of its own that can be transferred.
 * Every column buffer must have its own ArrayBuffer: apache-arrow 17 writes a short stream when two share one.
 */
export function toIpcStream(table: Table): Uint8Array {
  const stream = tableToIPC(table, 'stream');
  return stream.byteLength === stream.buffer.byteLength ? stream : stream.slice();
}
