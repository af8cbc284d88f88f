import { DataFileError, FileNotFoundError } from '../errors.ts';
import type { DeltaTable } from '../table.ts';
import { type TableFile, listTableFiles } from './table-files.ts';
import { type ZipEntry, writeZip } from './zip-writer.ts';

/**
 * A zip of a table under `<name>/`: its log up to the current version and the data files that are live in it, read one at a
 * time. Older versions can be seen in the log, but their files are left out.
 * @throws TableNotFoundError, DataFileError while streaming when a file is missing
 */
export function exportTable(table: DeltaTable): ReadableStream<Uint8Array> {
  return writeZip(tableEntries(table));
}

async function* tableEntries(table: DeltaTable): AsyncGenerator<ZipEntry> {
  const { data, log } = await listTableFiles(table.log, { formerVersions: false });
  // Data first: an archive that was cut off has no log that names missing files.
  for (const file of [...data, ...log]) yield await entryOf(table, file);
}

async function entryOf(table: DeltaTable, { path, modifiedAt }: TableFile): Promise<ZipEntry> {
  const name = `${table.ref.name}${path.slice(table.path.length)}`;
  try {
    return { name, content: await table.store.blob(path), lastModified: new Date(modifiedAt) };
  } catch (cause) {
    if (!(cause instanceof FileNotFoundError)) throw cause;
    throw new DataFileError(name, 'file', 'a file that the log names', 'none', { cause });
  }
}
