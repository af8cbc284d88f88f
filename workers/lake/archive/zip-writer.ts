import { BlobReader, Uint8ArrayReader, ZipWriter } from './zip-settings.ts';

/** A file that goes into a zip. */
export interface ZipEntry {
  name: string;
  content: Blob | Uint8Array;
  lastModified: Date;
}

/**
 * A zip of the entries in their order, stored without compression (Parquet is compressed), Zip64 where it is needed. Each entry
 * is asked for when the one before has been taken. What the entries throw ends the stream.
 */
export function writeZip(entries: AsyncIterable<ZipEntry>): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  writeEntries(entries, writable).catch((cause: unknown) => writable.abort(cause).catch(() => undefined));
  return readable;
}

async function writeEntries(
  entries: AsyncIterable<ZipEntry>,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const zip = new ZipWriter(writable, { level: 0 });
  for await (const { name, content, lastModified } of entries) {
    const reader = content instanceof Blob ? new BlobReader(content) : new Uint8ArrayReader(content);
    // NTFS times have milliseconds, as commit timestamps do; the others have seconds.
    await zip.add(name, reader, { lastModDate: lastModified, ntfsTimestamp: true });
  }
  await zip.close();
}
