/** Times of the lake over OPFS in one thread, beside the Parquet codec alone. */
import parquetWasm from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import { Lake } from '../../../workers/lake/lake.ts';
import { DirectCodec } from '../../../workers/lake/parquet/codec.ts';
import { readIpc, writeIpc } from '../../../workers/lake/parquet/ipc.ts';
import { decodeParquet, encodeParquet, initParquet } from '../../../workers/lake/parquet/parquet.ts';
import { struct } from '../../../workers/lake/schema/schema.ts';
import { IdbTips } from '../../../workers/lake/store/idb-tips.ts';
import { OpfsStore } from '../../../workers/lake/store/opfs-store.ts';
import type { DeltaType, LakeEnv } from '../../../workers/lake/types.ts';

export interface Job {
  /** Address of a Parquet file with the rows to write and read. */
  file: string;
  schema: Record<string, DeltaType>;
  repeat: number;
  /** Tables are opened with so many commits. */
  commits: number[];
}

/** Milliseconds, one per turn. */
export interface Measured {
  rows: number;
  codecWrite: number[];
  codecRead: number[];
  lakeWrite: number[];
  lakeRead: number[];
  opens: { commits: number; ms: number[] }[];
}

const OPENINGS = 9;

self.onmessage = ({ data: job }: MessageEvent<Job>) => {
  measure(job).then(
    (measured) => self.postMessage(measured),
    // Thrown outside the promise, so that the page hears of it.
    (cause: unknown) =>
      setTimeout(() => {
        throw cause;
      }),
  );
};

async function measure(job: Job): Promise<Measured> {
  await initParquet(new URL(parquetWasm, self.location.href));
  const store = await OpfsStore.open('bench');
  const env: LakeEnv = { clock: Date, newId: () => crypto.randomUUID(), tips: await IdbTips.open('bench') };
  return { ...(await measureRows(store, env, job)), opens: await measureOpens(store, env, job) };
}

async function measureRows(store: OpfsStore, env: LakeEnv, job: Job): Promise<Omit<Measured, 'opens'>> {
  const ipc = await decodeParquet(new Uint8Array(await (await fetch(job.file)).arrayBuffer()), null);
  const times = { codecWrite: [], codecRead: [], lakeWrite: [], lakeRead: [] } as Omit<
    Measured,
    'opens' | 'rows'
  >;
  const schema = struct(job.schema);
  const shape = { schema, partitionColumns: [] };
  for (let turn = 0; turn < job.repeat; turn += 1) {
    const table = new Lake(store, env).table({ lab: 'bench', schema: 'rows', name: `t${turn}` });
    await table.create(schema);
    const codec = new DirectCodec(store, env);
    const bytes = await timed(times.codecWrite, async () => encodeParquet(ipc.slice(), 'zstd'));
    await timed(times.codecRead, () => decodeParquet(bytes, null));
    await timed(times.lakeWrite, async () =>
      table.append(
        await codec.encode({ tablePath: table.path, ipc: ipc.slice(), ...shape, compression: 'zstd' }),
      ),
    );
    await timed(times.lakeRead, async () => {
      for (const add of (await table.snapshot()).files)
        await codec.decode({ tablePath: table.path, add, ...shape, columns: null });
    });
  }
  return { rows: readIpc(ipc).numRows, ...times };
}

async function measureOpens(store: OpfsStore, env: LakeEnv, { commits }: Job): Promise<Measured['opens']> {
  const opens: Measured['opens'] = [];
  for (const count of commits) {
    const ref = { lab: 'bench', schema: 'commits', name: `c${count}` };
    await writeCommits(store, env, ref, count);
    const ms: number[] = [];
    for (let turn = 0; turn < OPENINGS; turn += 1)
      await timed(ms, () => new Lake(store, env).table(ref).snapshot());
    opens.push({ commits: count, ms });
  }
  return opens;
}

/** `count` commits with a file of one row each. */
async function writeCommits(
  store: OpfsStore,
  env: LakeEnv,
  ref: { lab: string; schema: string; name: string },
  count: number,
): Promise<void> {
  const schema = struct({ id: 'long' });
  const table = new Lake(store, env).table(ref);
  const codec = new DirectCodec(store, env);
  await table.create(schema);
  const { Table, vectorFromArray, Int64 } = await import('apache-arrow');
  const ipc = writeIpc(new Table({ id: vectorFromArray([1n], new Int64()) }));
  for (let commit = 1; commit < count; commit += 1) {
    const shape = { schema, partitionColumns: [], compression: 'zstd' as const };
    await table.append(await codec.encode({ tablePath: table.path, ipc: ipc.slice(), ...shape }));
  }
}

async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  times.push(performance.now() - started);
  return result;
}
