import { classicName } from '../../../../workers/lake/log/listing.ts';
import { serializeActions } from '../../../../workers/lake/log/actions.ts';
import { struct } from '../../../../workers/lake/schema/schema.ts';
import { MemoryStore } from '../../../../workers/lake/store/memory-store.ts';
import { DeltaTable } from '../../../../workers/lake/table.ts';
import type { Action, AddFile, LakeEnv } from '../../../../workers/lake/types.ts';
import { PATH, REF, testEnv, writtenFile } from '../fixtures.ts';

export const SCHEMA = struct({ id: 'long', region: 'string' });
export const LOG = `${PATH}/_delta_log`;
export const entryPath = (version: number): string => `${LOG}/${String(version).padStart(20, '0')}.json`;
export const checkpointPath = (version: number): string => `${LOG}/${classicName(version)}`;
export const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A store that counts what it is asked. */
export class CountingStore extends MemoryStore {
  calls: string[] = [];

  override async read(path: string): Promise<Uint8Array> {
    this.calls.push(`read ${path.split('/').at(-1)}`);
    return super.read(path);
  }

  override async size(path: string): Promise<number | undefined> {
    this.calls.push(`size ${path.split('/').at(-1)}`);
    return super.size(path);
  }

  override async list(folder: string): ReturnType<MemoryStore['list']> {
    this.calls.push(`list ${folder.split('/').at(-1)}`);
    return super.list(folder);
  }
}

/** A table whose version n has the files `file-1` to `file-n`, partitioned by region. */
export async function grownTable(
  versions: number,
  { store = new MemoryStore(), env = testEnv(), configuration = {} as Record<string, string> } = {},
): Promise<DeltaTable> {
  const table = new DeltaTable(store, REF, env);
  await table.create(SCHEMA, { partitionColumns: ['region'], configuration });
  for (let version = 1; version <= versions; version += 1)
    await table.append([writtenFile(`file-${version}`, 1, { region: version % 2 ? 'north' : null })]);
  return table;
}

/** The same table seen for the first time. */
export function reopen({ store }: DeltaTable, env: LakeEnv = testEnv()): DeltaTable {
  return new DeltaTable(store, REF, env);
}

export const pathsOf = ({ files }: { files: AddFile[] }): string[] => files.map(({ path }) => path).sort();

/** A store with one log file per name. */
export async function storeOf(files: Record<string, Uint8Array | Action[]>): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const [name, content] of Object.entries(files))
    await store.publish(`${LOG}/${name}`, Array.isArray(content) ? serializeActions(content) : content);
  return store;
}

/** Protocol and metaData as another writer would put them first. */
export function firstActions(protocol = { minReaderVersion: 1, minWriterVersion: 2 }): Action[] {
  const metaData = {
    id: 'table-id',
    format: { provider: 'parquet' as const, options: {} },
    schemaString: JSON.stringify(SCHEMA),
    partitionColumns: ['region'],
    configuration: {},
  };
  return [{ protocol }, { metaData }];
}

export function addOf(path: string, rest: Partial<AddFile> = {}): Action {
  const add = {
    path,
    partitionValues: { region: null },
    size: 1,
    modificationTime: 5,
    dataChange: true,
    ...rest,
  };
  return { add };
}
