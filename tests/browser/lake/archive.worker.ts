import * as Comlink from 'comlink';
import { Int64, Table, Utf8, vectorFromArray } from 'apache-arrow';
import parquetWasm from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import type { Job, StorageApi } from '../../../workers/api.ts';
import { Jobs } from '../../../workers/driver/jobs.ts';
import { LabGuard } from '../../../workers/driver/lab-guard.ts';
import { Storage } from '../../../workers/driver/storage.ts';
import { Lake } from '../../../workers/lake/lake.ts';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { writeIpc } from '../../../workers/lake/parquet/ipc.ts';
import { initParquet } from '../../../workers/lake/parquet/parquet.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import { OpfsStore } from '../../../workers/lake/store/opfs-store.ts';

const REF = { lab: 'shop', schema: 'bronze', name: 'orders' };
const SCHEMA = struct({ id: 'long', name: 'string' });
const env = { clock: Date, newId: () => crypto.randomUUID() };

let store: OpfsStore;
let lake: Lake;
let storage: Storage;
const jobs: Job[] = [];
let toCancel: string | undefined;

function hear(job: Job): void {
  jobs.push(job);
  if (job.jobId === toCancel && job.totalBytes !== null) void storage.cancelJob(job.jobId);
}

/** A lake in OPFS with what Storage does to it, as the engine composes it. */
const calls = {
  async open(root: string): Promise<void> {
    await initParquet(new URL(parquetWasm, location.href));
    store = await OpfsStore.open(root);
    lake = new Lake(store, env);
    const warehouse = { dropRelation: async () => undefined } as never;
    storage = new Storage({
      rooms: { store, lake, warehouse, noteChange: () => undefined },
      jobs: new Jobs((event) => void (event.type === 'job' && hear(event.job))),
      guard: new LabGuard(() => false),
      labs: ['shop'],
      reloadHistory: async () => undefined,
    });
  },
  /** Appends rows of these ids in one commit. */
  async append(...ids: number[]): Promise<number> {
    const ipc = writeIpc(
      new Table({
        id: vectorFromArray(ids.map(BigInt), new Int64()),
        name: vectorFromArray(ids.map(String), new Utf8()),
      }),
    );
    const table = lake.table(REF);
    if (!(await table.exists())) await table.create(SCHEMA);
    const job = {
      tablePath: table.path,
      ipc,
      schema: SCHEMA,
      partitionColumns: [],
      compression: 'zstd' as const,
    };
    return (await table.append(await new DirectCodec(store, env).encode(job))).version;
  },
  async version(): Promise<number> {
    return (await lake.table(REF).snapshot()).version;
  },
  publish: (path: string, size: number) => store.publish(path, new Uint8Array(size).fill(7)),
  remove: (path: string) => store.remove(path),
  list: async (folder: string) => (await store.list(folder)).map(({ name }) => name),
  jobs: async () => jobs,
  /** Cancels the job as soon as it knows how much there is to do. */
  async cancelWhenUnderWay(jobId: string): Promise<void> {
    toCancel = jobId;
  },
  storage: async () => Comlink.proxy<StorageApi>(storage),
};

export type ArchiveCalls = typeof calls;

Comlink.expose(calls);
