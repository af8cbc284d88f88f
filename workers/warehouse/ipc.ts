/** Arrow IPC streams as bytes: what can be told and done without decoding (Arrow columnar format, section "IPC Streaming Format"). */

import { DataType, type Field, type Schema } from 'apache-arrow';

/** End of stream: continuation marker and a metadata length of zero. */
export const endOfStream = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

const recordBatchHeader = 3;
const nodeBytes = 16;

/** One encapsulated message; `end` is the offset of the next one. */
interface Message {
  headerType: number;
  /** Offset of the flatbuffer table of the header. */
  header: number;
  end: number;
}

/** Rows in a chunk of one or more messages. */
export function countRows(chunk: Uint8Array): number {
  const view = viewOf(chunk);
  let rows = 0;
  for (let at = 0; at < chunk.byteLength;) {
    const message = readMessage(view, at);
    if (message.headerType === recordBatchHeader) rows += readLength(view, message.header);
    at = message.end;
  }
  return rows;
}

/** True when the bytes end with the end-of-stream marker. */
export function hasEndOfStream(stream: Uint8Array): boolean {
  const start = stream.byteLength - endOfStream.byteLength;
  return start >= 0 && endOfStream.every((byte, i) => stream[start + i] === byte);
}

/** The chunks as one block of bytes. */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.byteLength;
  }
  return joined;
}

/**
 * Cuts a chunk of one record batch to its first `rows` rows, in place: lengths shrink, buffers stay longer than needed, which
 * the format allows.
 */
export function truncateBatch(chunk: Uint8Array, schema: Schema, rows: number): void {
  const view = viewOf(chunk);
  const { header } = readMessage(view, 0);
  const nodes = vectorField(view, header, 1);
  const buffers = vectorField(view, header, 2);
  const body = 8 + view.getInt32(4, true);
  const cursor = { node: nodes + 4, buffer: buffers + 4 };
  view.setBigInt64(fieldOffset(view, header, 0), BigInt(rows), true);
  for (const field of schema.fields) cutNode(view, cursor, body, field, rows);
}

/** `rows` null: the length stays, because offsets of the parent point into it. */
function cutNode(
  view: DataView,
  cursor: { node: number; buffer: number },
  body: number,
  field: Field,
  rows: number | null,
): void {
  const type: DataType = field.type;
  if (rows !== null) {
    view.setBigInt64(cursor.node, BigInt(rows), true);
    const validity = {
      at: view.getBigInt64(cursor.buffer, true),
      bytes: view.getBigInt64(cursor.buffer + 8, true),
    };
    const nulls = validity.bytes === 0n ? 0 : rows - countBits(view, body + Number(validity.at), rows);
    view.setBigInt64(cursor.node + 8, BigInt(DataType.isNull(type) ? rows : nulls), true);
  }
  cursor.node += nodeBytes;
  cursor.buffer += nodeBytes * bufferCount(type);
  const childRows = rows === null ? null : rowsOfChildren(type, rows);
  for (const child of (type.children ?? []) as Field[]) cutNode(view, cursor, body, child, childRows);
}

function rowsOfChildren(type: DataType, rows: number): number | null {
  if (DataType.isStruct(type)) return rows;
  if (DataType.isFixedSizeList(type)) return rows * type.listSize;
  return null;
}

function bufferCount(type: DataType): number {
  if (DataType.isNull(type)) return 0;
  if (DataType.isStruct(type) || DataType.isFixedSizeList(type)) return 1;
  const variable =
    DataType.isUtf8(type) ||
    DataType.isBinary(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isLargeBinary(type);
  return variable ? 3 : 2;
}

function countBits(view: DataView, start: number, count: number): number {
  let set = 0;
  for (let i = 0; i < count; i++) set += (view.getUint8(start + (i >> 3)) >> (i & 7)) & 1;
  return set;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readMessage(view: DataView, at: number): Message {
  const metadata = view.getInt32(at + 4, true);
  if (view.getInt32(at, true) !== -1 || metadata < 0) {
    throw new RangeError(`Arrow IPC: no message at byte ${at} of ${view.byteLength}.`);
  }
  if (metadata === 0) return { headerType: 0, header: 0, end: at + 8 };
  const root = at + 8 + view.getUint32(at + 8, true);
  const bodyField = fieldOffset(view, root, 3);
  const headerField = fieldOffset(view, root, 2);
  const body = bodyField === 0 ? 0 : Number(view.getBigInt64(bodyField, true));
  return {
    headerType: view.getUint8(fieldOffset(view, root, 1)),
    header: headerField + view.getUint32(headerField, true),
    end: at + 8 + metadata + body,
  };
}

function readLength(view: DataView, header: number): number {
  const field = fieldOffset(view, header, 0);
  return field === 0 ? 0 : Number(view.getBigInt64(field, true));
}

/** Position of a field in a flatbuffer table; 0 when absent. */
function fieldOffset(view: DataView, table: number, index: number): number {
  const vtable = table - view.getInt32(table, true);
  const slot = 4 + 2 * index;
  const offset = slot < view.getUint16(vtable, true) ? view.getUint16(vtable + slot, true) : 0;
  return offset === 0 ? 0 : table + offset;
}

function vectorField(view: DataView, table: number, index: number): number {
  const field = fieldOffset(view, table, index);
  return field + view.getUint32(field, true);
}
