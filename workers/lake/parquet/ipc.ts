import {
  Data,
  DataType,
  Int8,
  RecordBatch,
  RecordBatchStreamWriter,
  type Schema,
  Struct,
  Table,
  tableFromIPC,
} from 'apache-arrow';
import { dataOf } from './buffers.ts';
import { FormatError } from '../errors.ts';

/** Reads a complete Arrow IPC stream; the columns are views of `bytes`. @throws FormatError */
export function readIpc(bytes: Uint8Array): Table {
  let table: Table;
  try {
    table = tableFromIPC(bytes);
  } catch (cause) {
    throw notIpc(bytes, cause);
  }
  // Bytes without a schema message read as a table of nothing.
  if (table.schema.fields.length === 0) throw notIpc(bytes);
  return table;
}

/** Writes a complete Arrow IPC stream with one copy of the data. */
export function writeIpc(table: Table): Uint8Array {
  const assembler = new StreamAssembler();
  assembler.writeAll(holdsNullBooleans(table) ? fillNullBooleans(table) : table);
  return assembler.join();
}

/** True when a boolean chunk is null in every row: Arrow JS writes those without values, and other readers refuse that. */
export function holdsNullBooleans(table: Table): boolean {
  const found = (data: Data): boolean =>
    (DataType.isBool(data.type) && data.length > 0 && data.nullCount === data.length) ||
    data.children.some(found);
  return table.batches.some((batch) => batch.data.children.some(found));
}

/** A table from the columns of each batch; `batches[i][j]` is column j of batch i. */
export function tableOf(schema: Schema, batches: Data[][], lengths: number[]): Table {
  const struct = new Struct(schema.fields);
  const made = batches.map((columns, index) => {
    const data = new Data(struct, 0, lengths[index] ?? 0, 0, undefined, columns);
    return new RecordBatch(schema, data);
  });
  return made.length > 0 ? new Table(schema, made) : new Table(schema);
}

/** The columns of each batch of a table. */
export function columnsOf(table: Table): { columns: Data[]; length: number }[] {
  return table.batches
    .filter((batch) => batch.numRows > 0)
    .map((batch) => ({ columns: batch.data.children, length: batch.numRows }));
}

function fillNullBooleans(table: Table): Table {
  const batches = columnsOf(table);
  const filled = batches.map(({ columns }) => columns.map(fillNullBoolean));
  return tableOf(
    table.schema,
    filled,
    batches.map(({ length }) => length),
  );
}

/** Bytes in place of bits: longer than needed, written in full, and never looked at under nulls. */
function fillNullBoolean(data: Data): Data {
  const { type, length, nullCount, children } = data;
  if (DataType.isBool(type) && nullCount === length) {
    return dataOf(new Int8(), length, {
      values: new Uint8Array(length),
      validity: new Uint8Array(length),
      nullCount,
    });
  }
  if (children.length === 0) return data;
  const filled = children.map(fillNullBoolean);
  return new Data(type, data.offset, length, nullCount, data.buffers, filled, data.dictionary);
}

function notIpc(bytes: Uint8Array, cause?: unknown): FormatError {
  return new FormatError(
    `Expected a complete Arrow IPC stream, found ${bytes.byteLength} bytes that are none.`,
    { cause },
  );
}

/**
 * Collects the writer's pieces and joins them once. The writer's own join merges neighbouring views of one ArrayBuffer, and
 * loses bytes when they come in another order than they lie in memory.
 */
class StreamAssembler extends RecordBatchStreamWriter {
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  join(): Uint8Array {
    const bytes = new Uint8Array(this.#size);
    let offset = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, offset);
      offset += piece.byteLength;
    }
    return bytes;
  }

  protected override _write(chunk: unknown): this {
    if (this._started && ArrayBuffer.isView(chunk) && chunk.byteLength > 0) {
      this.#pieces.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      this.#size += chunk.byteLength;
    }
    return this;
  }
}
