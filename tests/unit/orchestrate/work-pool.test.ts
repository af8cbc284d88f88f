import { describe, expect, it } from 'vitest';
import type { AddFile, DecodeJob, EncodeJob, WrittenFile } from '../../../workers/lake/types.ts';
import { ExecutorDiedError, PoolClosedError } from '../../../workers/orchestrate/errors.ts';
import type { ExecutorApi, GenerateJob } from '../../../workers/orchestrate/types.ts';
import { WorkPool, type WorkPoolOptions } from '../../../workers/orchestrate/work-pool.ts';
import { defer, settle, type Deferred } from './fake-timer.ts';

interface FakeExecutor {
  calls: { kind: string; job: unknown; answer: Deferred<never> }[];
  terminated: boolean;
  die(cause: unknown): void;
}

function createPool(size: number, more: Partial<WorkPoolOptions> = {}) {
  const executors: FakeExecutor[] = [];
  const moved: Transferable[] = [];
  const pool = new WorkPool({
    size,
    shared: true,
    transfer: (value, transferables) => (moved.push(...transferables), value),
    create: (onDeath) => {
      const fake: FakeExecutor = { calls: [], terminated: false, die: onDeath };
      executors.push(fake);
      const call = (kind: string) => (job: unknown) => {
        const answer = defer<never>();
        fake.calls.push({ kind, job, answer });
        return answer.promise;
      };
      const api: ExecutorApi = {
        start: () => Promise.resolve(),
        generate: call('generate'),
        ingest: call('ingest'),
        inspect: call('inspect'),
        encode: call('encode'),
        decode: call('decode'),
      };
      return { api, terminate: () => (fake.terminated = true) };
    },
    ...more,
  });
  return { pool, executors, moved };
}

const add: AddFile = {
  path: 'a%20b.parquet',
  partitionValues: {},
  size: 10,
  modificationTime: 0,
  dataChange: true,
};
const written: WrittenFile = { add, numRecords: 1 };
const schema = { type: 'struct', fields: [] } as const satisfies DecodeJob['schema'];

const generateJob = (n: number): GenerateJob => ({
  spec: {},
  partition: n,
  tablePath: 't',
  compression: 'zstd',
});
const decodeJob: DecodeJob = {
  tablePath: 't',
  add,
  schema: { ...schema },
  partitionColumns: [],
  columns: null,
};
const encodeJob = (bytes = 8): EncodeJob => ({
  tablePath: 't',
  ipc: new Uint8Array(bytes),
  schema: { ...schema },
  partitionColumns: [],
  compression: 'zstd',
});

/** Answers the oldest open call of an executor. */
function answer(executor: FakeExecutor | undefined, value: unknown): void {
  executor?.calls.at(-1)?.answer.resolve(value as never);
}

/** Keeps a promise from being reported before the test looks at it. */
function watch<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

describe('dispatch', () => {
  it('starts executors on demand, one job at a time each', async () => {
    const { pool, executors } = createPool(2);
    expect(executors.length).toBe(0);
    const jobs = [1, 2, 3].map((n) => pool.generate(generateJob(n)));
    await settle();
    expect(executors.map(({ calls }) => calls.length)).toEqual([1, 1]);
    expect(pool.status()).toMatchObject({ size: 2, queued: 1, executors: [{ busy: true }, { busy: true }] });
    answer(executors[1], [written]);
    await settle();
    expect(executors.map(({ calls }) => calls.length)).toEqual([1, 2]);
    answer(executors[0], []);
    answer(executors[1], []);
    expect(await Promise.all(jobs)).toEqual([[], [written], []]);
    expect(pool.status().executors.map(({ busy, done }) => [busy, done])).toEqual([
      [false, 1],
      [false, 2],
    ]);
  });

  it('takes decode before encode before generate', async () => {
    const { pool, executors } = createPool(1);
    void pool.generate(generateJob(1));
    void pool.generate(generateJob(2));
    void pool.encode(encodeJob());
    void pool.decode(decodeJob);
    for (let i = 0; i < 4; i++) {
      await settle();
      answer(executors[0], []);
    }
    await settle();
    expect(executors[0]?.calls.map(({ kind }) => kind)).toEqual(['generate', 'decode', 'encode', 'generate']);
  });

  it('passes on the error of a job and keeps the executor', async () => {
    const { pool, executors } = createPool(1);
    const job = watch(pool.generate(generateJob(1)));
    await settle();
    executors[0]?.calls[0]?.answer.reject(new RangeError('bad seed'));
    await expect(job).rejects.toThrow(RangeError);
    expect(executors[0]?.terminated).toBe(false);
  });

  it('warms all executors, and starts no more than that', async () => {
    const { pool, executors } = createPool(3);
    await pool.warm();
    void pool.generate(generateJob(1));
    expect(executors.length).toBe(3);
  });
});

describe('bytes', () => {
  it('moves the buffer of an encode job, and only its own', async () => {
    const { pool, executors, moved } = createPool(1);
    const big = new Uint8Array([1, 2, 3, 4]);
    void pool.encode({ ...encodeJob(), ipc: big.subarray(1, 3) });
    await settle();
    const sent = executors[0]?.calls[0]?.job as EncodeJob;
    expect([...sent.ipc]).toEqual([2, 3]);
    expect(moved).toEqual([sent.ipc.buffer]);
    expect(sent.ipc.buffer).not.toBe(big.buffer);
  });

  it('gives a decode job the bytes of its file when there is no store in common', async () => {
    const readFile = (path: string) => Promise.resolve(new TextEncoder().encode(path));
    const { pool, executors, moved } = createPool(1, { shared: false, readFile });
    void pool.decode(decodeJob);
    await settle();
    const sent = executors[0]?.calls[0]?.job as DecodeJob;
    expect(new TextDecoder().decode(sent.bytes)).toBe('t/a b.parquet');
    expect(moved).toEqual([]);
  });
});

describe('abort', () => {
  it('drops a job that waits, at once', async () => {
    const { pool, executors } = createPool(1);
    const abort = new AbortController();
    void pool.generate(generateJob(1));
    const waiting = watch(pool.generate(generateJob(2), { signal: abort.signal }));
    await settle();
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    answer(executors[0], []);
    await settle();
    expect(executors[0]?.calls.length).toBe(1);
  });

  it('ends the executor of a running generate job and starts another for the next', async () => {
    const { pool, executors } = createPool(1);
    const abort = new AbortController();
    const running = watch(pool.generate(generateJob(1), { signal: abort.signal }));
    const next = pool.generate(generateJob(2));
    await settle();
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    await settle();
    expect(executors.map(({ terminated }) => terminated)).toEqual([true, false]);
    answer(executors[1], [written]);
    expect(await next).toEqual([written]);
  });

  it('lets a running encode job finish and hands its files to nobody but the sweeper', async () => {
    const abandoned: WrittenFile[] = [];
    const { pool, executors } = createPool(1, { onAbandoned: (files) => abandoned.push(...files) });
    const abort = new AbortController();
    const running = watch(pool.encode(encodeJob(), abort.signal));
    await settle();
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(pool.status().executors).toMatchObject([{ busy: true }]);
    answer(executors[0], [written]);
    await settle();
    expect(abandoned).toEqual([written]);
    expect(executors[0]?.terminated).toBe(false);
    expect(pool.status().executors).toMatchObject([{ busy: false }]);
  });

  it('refuses a job whose signal is aborted already', async () => {
    const { pool, executors } = createPool(1);
    await expect(pool.decode(decodeJob, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(executors.length).toBe(0);
  });
});

describe('death', () => {
  it('gives the job of a dead executor to a new one', async () => {
    const { pool, executors } = createPool(1);
    const job = pool.decode(decodeJob);
    await settle();
    executors[0]?.die(new Error('out of memory'));
    await settle();
    expect(executors.map(({ terminated }) => terminated)).toEqual([true, false]);
    answer(executors[1], new Uint8Array([9]));
    expect(await job).toEqual(new Uint8Array([9]));
  });

  it('sweeps up after an executor that only seemed dead', async () => {
    const abandoned: WrittenFile[] = [];
    const { pool, executors } = createPool(1, { onAbandoned: (files) => abandoned.push(...files) });
    const job = pool.generate(generateJob(1));
    await settle();
    executors[0]?.die(new Error('no answer'));
    await settle();
    answer(executors[1], []);
    expect(await job).toEqual([]);
    answer(executors[0], [written]);
    await settle();
    expect(abandoned).toEqual([written]);
  });

  it('gives up when the second one dies too', async () => {
    const { pool, executors } = createPool(1);
    const job = watch(pool.decode(decodeJob));
    await settle();
    executors[0]?.die(new Error('out of memory'));
    await settle();
    executors[1]?.die(new Error('out of memory'));
    await expect(job).rejects.toThrow(ExecutorDiedError);
    await expect(job).rejects.toThrow(/executor 2 ended during "decode .*out of memory/);
  });

  it('rejects an encode job, whose bytes have gone with the executor', async () => {
    const { pool, executors } = createPool(1);
    const job = watch(pool.encode(encodeJob()));
    const next = pool.decode(decodeJob);
    await settle();
    executors[0]?.die(undefined);
    await expect(job).rejects.toThrow(ExecutorDiedError);
    await settle();
    answer(executors[1], new Uint8Array());
    await next;
  });

  it('does not give work to an executor that died idle', async () => {
    const { pool, executors } = createPool(1);
    await pool.warm();
    executors[0]?.die(new Error('gone'));
    void pool.encode(encodeJob());
    await settle();
    expect(executors.map(({ calls }) => calls.length)).toEqual([0, 1]);
  });

  it('rejects when executors cannot be started', async () => {
    const create = () => {
      throw new Error('workers are blocked here');
    };
    const { pool } = createPool(1, { create });
    await expect(pool.generate(generateJob(1))).rejects.toThrow(/workers are blocked here/);
  });
});

describe('size', () => {
  it('ends idle executors that are too many at once, busy ones after their job', async () => {
    const { pool, executors } = createPool(3);
    const jobs = [1, 2].map((n) => pool.generate(generateJob(n)));
    await pool.warm();
    pool.resize(1);
    expect(executors.map(({ terminated }) => terminated)).toEqual([false, false, true]);
    answer(executors[1], [written]);
    await settle();
    expect(executors[1]?.terminated).toBe(true);
    expect(await jobs[1]).toEqual([written]);
    answer(executors[0], []);
    await jobs[0];
    expect(pool.status().executors.length).toBe(1);
  });

  it('gives waiting jobs to added executors', async () => {
    const { pool, executors } = createPool(1);
    [1, 2].forEach((n) => void pool.generate(generateJob(n)));
    await settle();
    pool.resize(2);
    await settle();
    expect(executors.map(({ calls }) => calls.length)).toEqual([1, 1]);
  });

  it('replaces an executor that has encoded enough', async () => {
    const { pool, executors } = createPool(1, { recycleAfterBytes: 16 });
    for (const expected of [1, 1, 2]) {
      const job = pool.encode(encodeJob(8));
      await settle();
      expect(executors.length).toBe(expected);
      answer(executors.at(-1), []);
      await job;
    }
    expect(executors.map(({ terminated }) => terminated)).toEqual([true, false]);
  });

  it('rejects all jobs when it is closed', async () => {
    const { pool, executors } = createPool(1);
    const jobs = [1, 2].map((n) => watch(pool.generate(generateJob(n))));
    await settle();
    pool.close();
    for (const job of jobs) await expect(job).rejects.toThrow(PoolClosedError);
    expect(executors[0]?.terminated).toBe(true);
    await expect(pool.generate(generateJob(3))).rejects.toThrow(PoolClosedError);
  });
});
