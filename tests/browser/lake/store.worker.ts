import { Float64, Int64, Table, Utf8, tableFromIPC, vectorFromArray } from 'apache-arrow';
import parquetWasm from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import { listPaths } from '../../../workers/lake/archive/folder-listing.ts';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { writeIpc } from '../../../workers/lake/parquet/ipc.ts';
import { Lake } from '../../../workers/lake/lake.ts';
import { OpfsStore } from '../../../workers/lake/store/opfs-store.ts';
import { initParquet } from '../../../workers/lake/parquet/parquet.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import type { FileEntry, WrittenFile } from '../../../workers/lake/types.ts';

/** What the tests ask a dedicated worker to do; those up to `removeFolder` are the store's own methods. */
export interface StoreCalls {
  open(root: string): Promise<void>;
  read(path: string): Promise<Uint8Array>;
  size(path: string): Promise<number | undefined>;
  modified(path: string): Promise<number | undefined>;
  list(folder: string): Promise<FileEntry[]>;
  publish(path: string, bytes: Uint8Array): Promise<void>;
  /** `chunks` answers each message with the next chunk. */
  publishStream(path: string, chunks: MessagePort): Promise<number>;
  blob(path: string): Promise<Blob>;
  putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean>;
  remove(path: string): Promise<void>;
  removeFolder(folder: string): Promise<void>;
  hideMove(): Promise<void>;
  /** From here on the storage takes so many bytes, then is full. */
  fillUp(bytesLeft: number): Promise<void>;
  /** From here on a commit stops between probe and move, as in a tab that the browser freezes, until `wake`. */
  freezeMoves(): Promise<void>;
  /** How many moves wait. */
  frozenMoves(): Promise<number>;
  wake(): Promise<void>;
  breakCommits(): Promise<void>;
  leaveTemporary(folder: string): Promise<void>;
  append(writer: string, rounds: number): Promise<number[]>;
  snapshot(): Promise<{ version: number; paths: string[] }>;
  roundTrip(): Promise<{ values: unknown[]; files: string[]; tables: string[] }>;
  publishEndlessly(): Promise<void>;
}

const REF = { lab: 'lab', schema: 'bronze', name: 'orders' };
const SCHEMA = struct({ id: 'long', name: 'string', amount: 'double' });
const env = { clock: { now: () => Date.now() }, newId: () => crypto.randomUUID() };

declare global {
  interface FileSystemFileHandle {
    /** Newer than the compiler's types. */
    move(name: string): Promise<void>;
  }
}

const frozen: (() => void)[] = [];
let store: OpfsStore;
let rootName: string;
let lake: Lake;

const calls: StoreCalls = {
  async open(root) {
    rootName = root;
    store = await OpfsStore.open(root);
    lake = new Lake(store, env);
  },
  read: (path) => store.read(path),
  size: (path) => store.size(path),
  modified: (path) => store.modified(path),
  list: (folder) => store.list(folder),
  publish: (path, bytes) => store.publish(path, bytes),
  publishStream: (path, chunks) => store.publishStream(path, readPort(chunks)),
  blob: (path) => store.blob(path),
  putIfAbsent: (path, bytes) => store.putIfAbsent(path, bytes),
  remove: (path) => store.remove(path),
  removeFolder: (folder) => store.removeFolder(folder),
  async hideMove() {
    Reflect.deleteProperty(FileSystemFileHandle.prototype, 'move');
  },
  async fillUp(bytesLeft) {
    let left = bytesLeft;
    const write = FileSystemSyncAccessHandle.prototype.write;
    FileSystemSyncAccessHandle.prototype.write = function (buffer, options) {
      left -= buffer.byteLength;
      if (left < 0) throw new DOMException('No space available for this operation', 'QuotaExceededError');
      return write.call(this, buffer, options);
    };
  },
  async freezeMoves() {
    const move = FileSystemFileHandle.prototype.move;
    FileSystemFileHandle.prototype.move = async function (name) {
      await new Promise<void>((resolve) => frozen.push(resolve));
      return move.call(this, name);
    };
  },
  frozenMoves: async () => frozen.length,
  async wake() {
    for (const resolve of frozen.splice(0)) resolve();
  },
  breakCommits: () => store.breakCommits(),
  async leaveTemporary(folder) {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(rootName);
    await (await root.getDirectoryHandle(folder)).getFileHandle('.tmp-left', { create: true });
  },
  async append(writer, rounds) {
    const table = lake.table(REF);
    const versions: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { version } = await table.append([emptyFile(`${writer}-${round}`)]);
      versions.push(version);
    }
    return versions;
  },
  async snapshot() {
    if (!(await lake.table(REF).exists())) await lake.table(REF).create(SCHEMA);
    const { version, files } = await lake.table(REF).snapshot();
    return { version, paths: files.map(({ path }) => path) };
  },
  async roundTrip() {
    await initParquet(new URL(parquetWasm, location.href));
    const codec = new DirectCodec(store, env);
    const table = lake.table(REF);
    const ipc = writeIpc(
      new Table({
        id: vectorFromArray([1n, 2n ** 62n, null], new Int64()),
        name: vectorFromArray(['a', 'b', null], new Utf8()),
        amount: vectorFromArray([0.1, null, 3], new Float64()),
      }),
    );
    const job = {
      tablePath: table.path,
      ipc,
      schema: SCHEMA,
      partitionColumns: ['name'],
      compression: 'zstd' as const,
    };
    await table.overwrite(SCHEMA, ['name'], await codec.encode(job));
    const values: unknown[] = [];
    for (const add of (await table.snapshot()).files) {
      const decode = {
        tablePath: table.path,
        add,
        schema: SCHEMA,
        partitionColumns: ['name'],
        columns: ['name', 'id'],
      };
      for (const row of tableFromIPC(await codec.decode(decode))) values.push([row?.name, row?.id]);
    }
    const files = await listPaths(store, table.path);
    return {
      values,
      files,
      tables: (await lake.tables('lab')).map(({ schema, name }) => `${schema}.${name}`),
    };
  },
  async publishEndlessly() {
    const bytes = new Uint8Array(2_000_000).fill(7);
    for (let index = 0; ; index += 1) await store.publish(`data/file-${index}`, bytes);
  },
};

async function* readPort(port: MessagePort): AsyncGenerator<Uint8Array> {
  for (;;) {
    const answered = new Promise<MessageEvent>((resolve) => (port.onmessage = resolve));
    port.postMessage(null);
    const { chunk, error } = (await answered).data;
    if (error) throw error;
    if (!chunk) return;
    yield chunk;
  }
}

function emptyFile(path: string): WrittenFile {
  const add = {
    path,
    partitionValues: {},
    size: 0,
    modificationTime: 1,
    dataChange: true,
    stats: '{"numRecords":0}',
  };
  return { add, numRecords: 0 };
}

self.onmessage = async ({
  data,
}: MessageEvent<{ id: number; method: keyof StoreCalls; args: unknown[] }>) => {
  try {
    const call = calls[data.method] as (...args: unknown[]) => Promise<unknown>;
    self.postMessage({ id: data.id, value: await call(...data.args) });
  } catch (error) {
    const { name, message } = error as Error;
    self.postMessage({ id: data.id, error: { name, message, file: (error as { file?: string }).file } });
  }
};
