/** What is in the lake and on the disk, read row by row. */
import { tableFromIPC } from 'apache-arrow';
import type { DeltaTable } from '../../../workers/lake/table.ts';
import type { AddFile, Snapshot, TableRef } from '../../../workers/lake/types.ts';
import type { TableReading, VersionReading } from '../operations.ts';
import { type Checksum, type CrashRow, NO_ROWS, addChecksums, checksumOf } from '../rows.ts';
import type { Workplace } from './perform.ts';

/** Reads every row of every version from `from` on. A version that cannot be read says why. */
export async function readTable(workplace: Workplace, ref: TableRef, from: number): Promise<TableReading> {
  const table = workplace.lake.table(ref);
  if (!(await table.exists())) return { version: -1, versions: [] };
  const { version: newest } = await table.snapshot();
  const read = new Map<string, Checksum>();
  const versions: VersionReading[] = [];
  for (let version = from; version <= newest; version += 1) {
    versions.push(await readVersion(workplace, table, version, read));
  }
  return { version: newest, versions };
}

async function readVersion(
  workplace: Workplace,
  table: DeltaTable,
  version: number,
  read: Map<string, Checksum>,
): Promise<VersionReading> {
  try {
    const snapshot = await table.snapshot(version);
    let total = NO_ROWS;
    for (const add of snapshot.files) {
      // Files never change, so that one reading serves all versions that have it.
      const checksum = read.get(add.path) ?? (await readFile(workplace, table, snapshot, add));
      read.set(add.path, checksum);
      total = addChecksums(total, checksum);
    }
    return { version, ...total };
  } catch (error) {
    return { version, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

async function readFile(
  { codec }: Workplace,
  table: DeltaTable,
  { schema, metadata }: Snapshot,
  add: AddFile,
): Promise<Checksum> {
  const { partitionColumns } = metadata;
  const columns = ['id', 'region', 'revision', 'name', 'amount'];
  const ipc = await codec.decode({ tablePath: table.path, add, schema, partitionColumns, columns });
  return checksumOf(rowsOf(ipc));
}

function rowsOf(ipc: Uint8Array): CrashRow[] {
  return tableFromIPC(ipc)
    .toArray()
    .map(({ id, region, revision, name, amount }) => ({ id: Number(id), region, revision, name, amount }));
}

/** Every file of the origin's file system, past the store, which would hide temporary names. */
export async function listFiles(): Promise<{ path: string; size: number }[]> {
  const files: { path: string; size: number }[] = [];
  await walk(await navigator.storage.getDirectory(), '', files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(
  directory: FileSystemDirectoryHandle,
  prefix: string,
  files: { path: string; size: number }[],
): Promise<void> {
  for await (const [name, handle] of directory.entries()) {
    if (handle.kind === 'directory')
      await walk(handle as FileSystemDirectoryHandle, `${prefix}${name}/`, files);
    else files.push({ path: prefix + name, size: (await (handle as FileSystemFileHandle).getFile()).size });
  }
}
