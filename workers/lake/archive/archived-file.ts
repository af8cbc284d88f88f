/** A file of a zip or of a folder the user gave: known by path, read when it is used. */

export interface ArchivedFile {
  /** With `/` between names; as it is in the archive. */
  path: string;
  /** Bytes, unpacked. */
  size: number;
  /** Milliseconds since the Unix epoch. */
  modifiedAt: number;
  /** The content in pieces; fails at its end when a checksum of the archive does not fit. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** The whole content. */
export async function readArchived(file: ArchivedFile): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of file.chunks()) parts.push(chunk as Uint8Array<ArrayBuffer>);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Files of a folder, as a page gets them from a picker or a drop. */
export function archivedFilesOf(files: { path: string; file: File }[]): ArchivedFile[] {
  return files.map(({ path, file }) => ({
    path: path.replace(/^\/+/, ''),
    size: file.size,
    modifiedAt: file.lastModified,
    chunks: () => readStream(file.stream()),
  }));
}

/** A stream's chunks; the stream is cancelled when they are not read to the end. */
export async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield value;
    }
  } catch (cause) {
    ended = true;
    throw cause;
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}
