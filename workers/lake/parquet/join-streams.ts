import { FormatError } from '../errors.ts';

/** End of stream: continuation marker and a metadata length of zero (Arrow columnar format, "IPC Streaming Format"). */
const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/**
 * Complete Arrow IPC streams of one and the same schema, without dictionaries, as one: the batches of all, copied once and not
 * decoded. @throws FormatError
 */
export function joinStreams(streams: Uint8Array[]): Uint8Array {
  const [first] = streams;
  if (first && streams.length === 1) return first;
  const parts = streams.map((stream, index) => {
    const end = endsWithMarker(stream) ? stream.byteLength - END_OF_STREAM.byteLength : stream.byteLength;
    return stream.subarray(index === 0 ? 0 : schemaLength(stream), end);
  });
  const joined = new Uint8Array([...parts, END_OF_STREAM].reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of [...parts, END_OF_STREAM]) {
    joined.set(part, offset);
    offset += part.byteLength;
  }
  return joined;
}

function endsWithMarker(stream: Uint8Array): boolean {
  const start = stream.byteLength - END_OF_STREAM.byteLength;
  return start >= 0 && END_OF_STREAM.every((byte, index) => stream[start + index] === byte);
}

/** Bytes of the first message, which is the schema and has no body. */
function schemaLength(stream: Uint8Array): number {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  if (stream.byteLength < 8 || view.getInt32(0, true) !== -1)
    throw new FormatError(`Expected an Arrow IPC stream, found ${stream.byteLength} bytes that are none.`);
  return 8 + view.getInt32(4, true);
}
