import { ArchiveError } from './errors.ts';
import { type ArchivedFile, readStream } from './archived-file.ts';
import { BlobReader, type FileEntry, ZipReader } from './zip-settings.ts';

/**
 * The files of a zip, from its central directory. Only slices of the zip are read.
 * @throws ArchiveError when it is no zip, is cut off, encrypted, or holds a name twice
 */
export async function readZip(zip: Blob): Promise<ArchivedFile[]> {
  const entries = await listEntries(zip);
  const files = entries.filter((entry) => !entry.directory);
  const seen = new Set<string>();
  for (const { filename, encrypted } of files) {
    if (encrypted) throw new ArchiveError(filename, 'it is encrypted: pack it without a password');
    if (seen.has(filename)) throw new ArchiveError(filename, 'the zip holds it twice');
    seen.add(filename);
  }
  return files.map(archivedFile);
}

async function listEntries(zip: Blob) {
  try {
    return await new ZipReader(new BlobReader(zip)).getEntries();
  } catch (cause) {
    const name = zip instanceof File ? zip.name : 'the archive';
    throw new ArchiveError(name, `it is no zip, or its end is missing (${reason(cause)})`, { cause });
  }
}

function archivedFile(entry: FileEntry): ArchivedFile {
  return {
    path: entry.filename,
    size: entry.uncompressedSize,
    modifiedAt: entry.lastModDate.getTime(),
    chunks: () => readEntry(entry),
  };
}

async function* readEntry(entry: FileEntry): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const unpacked = entry.getData(writable, { checkCrc32: true });
  // A failure must reach the reader, who would wait for more otherwise.
  unpacked.catch((cause: unknown) => writable.abort(cause).catch(() => undefined));
  try {
    yield* readStream(readable);
    await unpacked;
  } catch (cause) {
    throw new ArchiveError(entry.filename, `its content is damaged (${reason(cause)})`, { cause });
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
