import type { ArrowStream } from '../warehouse/types.ts';

/** A complete Arrow IPC stream and the rows in it. */
export interface IpcChunk {
  ipc: Uint8Array;
  numRows: number;
}

/** End of an Arrow IPC stream: continuation marker and length 0. */
const END = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** Groups the batches of a stream into complete IPC streams of at least `rows` rows; only the last may hold fewer. */
export async function* chunkStream(stream: ArrowStream, rows: number): AsyncGenerator<IpcChunk> {
  let batches: Uint8Array[] = [];
  let numRows = 0;
  for await (const batch of stream.batches) {
    if (batch.numRows === 0) continue;
    batches.push(batch.bytes);
    numRows += batch.numRows;
    if (numRows < rows) continue;
    yield { ipc: joinBytes([stream.schema, ...batches, END]), numRows };
    batches = [];
    numRows = 0;
  }
  if (numRows > 0) yield { ipc: joinBytes([stream.schema, ...batches, END]), numRows };
}

function joinBytes(parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
