import { makeZip } from 'client-zip';
import { DataFileError, FileNotFoundError } from '../errors.ts';
import { commitPath, listVersions } from '../log/log.ts';
import { dataFilePath } from '../path.ts';
import type { DeltaTable } from '../table.ts';
import type { Snapshot } from '../types.ts';

interface ZipEntry {
  name: string;
  input: Uint8Array;
  lastModified: Date;
}

/**
 * A zip of a table under `<name>/`: its log up to the current version and the data files that are live in it, read one at a
 * time. Older versions can be seen in the log, but their files are left out.
 * @throws TableNotFoundError, DataFileError while streaming when a file is missing
 */
export function exportTable(table: DeltaTable): ReadableStream<Uint8Array> {
  return makeZip(tableEntries(table));
}

async function* tableEntries(table: DeltaTable): AsyncGenerator<ZipEntry> {
  const snapshot = await table.snapshot();
  // Data first: an archive that was cut off has no log that names missing files.
  yield* dataEntries(table, snapshot);
  yield* logEntries(table, snapshot);
}

async function* dataEntries(table: DeltaTable, { files }: Snapshot): AsyncGenerator<ZipEntry> {
  for (const add of files) {
    const name = dataFilePath(table.ref.name, add.path);
    try {
      yield { name, input: await table.readFile(add), lastModified: new Date(add.modificationTime) };
    } catch (cause) {
      if (!(cause instanceof FileNotFoundError)) throw cause;
      throw new DataFileError(name, 'file', 'a file that the log names', 'none', { cause });
    }
  }
}

async function* logEntries(table: DeltaTable, { version, timestamp }: Snapshot): AsyncGenerator<ZipEntry> {
  // Commits after the snapshot may name data files that are not in the archive.
  const versions = (await listVersions(table.store, table.path)).filter((listed) => listed <= version);
  for (const listed of versions) {
    const input = await table.store.read(commitPath(table.path, listed));
    yield { name: commitPath(table.ref.name, listed), input, lastModified: new Date(timestamp) };
  }
}
