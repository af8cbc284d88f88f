/** What is in the lake and on the disk, read row by row. */
import { tableFromIPC } from 'apache-arrow';
import type { DeltaTable } from '../../../workers/lake/table.ts';
import type { AddFile, Snapshot, TableRef } from '../../../workers/lake/types.ts';
import type { DiskReading, FolderReading, TableReading, VersionReading } from '../operations.ts';
import { type Checksum, type CrashRow, NO_ROWS, addChecksums, checksumOf } from '../rows.ts';
import type { Workplace } from './perform.ts';

/** Names of the store while it writes, and of the browser's own writers. */
const TEMPORARY = /(^|\/)(\.tmp-[^/]*|[^/]*\.crswap)$/;
const COMMIT = /\/_delta_log\/\d{20}\.json$/;

/** Reads every row of every version. A version that cannot be read says why. */
export async function readTable(workplace: Workplace, ref: TableRef): Promise<TableReading> {
  const table = workplace.lake.table(ref);
  const exists = await table.exists();
  const lost = await table.log.lostCommits();
  if (!exists) return { version: -1, versions: [], lost };
  const { version: newest } = await table.snapshot();
  const read = new Map<string, Checksum>();
  const versions: VersionReading[] = [];
  for (let version = 0; version <= newest; version += 1) {
    versions.push(await readVersion(workplace, table, version, read));
  }
  return { version: newest, versions, lost };
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

/** Looks at all names past the store, which would hide temporary ones, and into every commit. */
export async function readDisk(): Promise<DiskReading> {
  const reading: DiskReading = { temporaries: [], tornCommits: [] };
  for await (const { path, handle } of walk(await navigator.storage.getDirectory(), '')) {
    if (TEMPORARY.test(path)) reading.temporaries.push(path);
    if (COMMIT.test(path) && !holdsActions(await (await handle.getFile()).text()))
      reading.tornCommits.push(path);
  }
  return reading;
}

/** Which of a table's data files are of use, past the lake's own listing. */
export async function readFolder({ lake }: Workplace, ref: TableRef): Promise<FolderReading> {
  const table = lake.table(ref);
  const live = new Set(
    (await table.snapshot()).files.map(({ path }) => `${table.path}/${decodeURIComponent(path)}`),
  );
  const stored: string[] = [];
  const named = new Set(live);
  for await (const { path, handle } of walk(await navigator.storage.getDirectory(), '')) {
    if (!path.startsWith(`${table.path}/`)) continue;
    if (COMMIT.test(path))
      for (const name of namesIn(await (await handle.getFile()).text())) named.add(`${table.path}/${name}`);
    else if (!path.includes('/_delta_log/')) stored.push(path);
  }
  return {
    live: stored.filter((path) => live.has(path)),
    former: stored.filter((path) => named.has(path) && !live.has(path)),
    orphans: stored.filter((path) => !named.has(path)),
  };
}

async function* walk(
  directory: FileSystemDirectoryHandle,
  prefix: string,
): AsyncGenerator<{ path: string; handle: FileSystemFileHandle }> {
  for await (const [name, handle] of directory.entries()) {
    if (handle.kind === 'directory') yield* walk(handle as FileSystemDirectoryHandle, `${prefix}${name}/`);
    else yield { path: prefix + name, handle: handle as FileSystemFileHandle };
  }
}

function holdsActions(text: string): boolean {
  if (!text.endsWith('\n')) return false;
  try {
    return text
      .trimEnd()
      .split('\n')
      .every((line) => typeof JSON.parse(line) === 'object');
  } catch {
    return false;
  }
}

/** Files that a commit adds or removes. */
function namesIn(text: string): string[] {
  const actions = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, { path?: string }>);
  const paths = actions.map(({ add, remove }) => add?.path ?? remove?.path);
  return paths.filter((path) => path !== undefined).map(decodeURIComponent);
}
