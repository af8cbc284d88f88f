/** The executors: started on demand, one job at a time each, replaced when they die. */

import type { Codec, DecodeJob, EncodeJob, WrittenFile } from '../lake/types.ts';
import { createAbortError, ExecutorDiedError, PoolClosedError } from './errors.ts';
import { ExecutorSet, type ExecutorStatus } from './executor-set.ts';
import type { Death, ExecutorFactory, ExecutorSlot } from './executor-slot.ts';
import { JobQueue } from './job-queue.ts';
import { PoolJob, type JobKind, type JobOptions, type JobRequest, type JobResult } from './pool-job.ts';
import type { GenerateJob, IngestJob } from './types.ts';

export type { ExecutorStatus } from './executor-set.ts';
export type { Executor, ExecutorFactory } from './executor-slot.ts';
export type { JobKind, JobOptions } from './pool-job.ts';

export interface WorkPoolOptions {
  /** Executors at most; at least 1. */
  size: number;
  create: ExecutorFactory;
  /** False: no store in common with the executors (memory lake); `readFile` is needed then. */
  shared: boolean;
  /** Bytes of a stored file, for decode and ingest without a store in common. */
  readFile?: (path: string) => Promise<Uint8Array>;
  /** `Comlink.transfer`: marks buffers of `value` to be moved, not copied. */
  transfer: <T>(value: T, transferables: Transferable[]) => T;
  /** Files that came after their job was cancelled; they belong to nobody and should be removed. */
  onAbandoned?: (files: WrittenFile[], job: { kind: JobKind; tablePath: string }) => void;
  /** An executor is replaced after encoding so many bytes, because WebAssembly memory only grows. Default 2 GiB. */
  recycleAfterBytes?: number;
}

export interface PoolStatus {
  size: number;
  queued: number;
  executors: ExecutorStatus[];
}

const DEFAULT_RECYCLE_BYTES = 2 ** 31;

/**
 * Runs jobs on executors: decode before encode before generate, first come first served, one at a time per executor.
 * An abort drops a waiting job at once; one that runs is left to finish unless `kill` is asked, its caller is rejected
 * with AbortError either way. A job whose executor dies is given to another one once if its input is still here
 * (decode, generate, ingest), else rejected with ExecutorDiedError.
 */
export class WorkPool implements Codec {
  readonly #queue = new JobQueue<PoolJob>();
  readonly #executors: ExecutorSet;
  #closed = false;

  constructor(readonly options: WorkPoolOptions) {
    this.#executors = new ExecutorSet(options.create, options.shared, options.size);
  }

  /** Data files of one partition of a generated table. Killed on abort unless `kill: false`. */
  async generate(job: GenerateJob, options: JobOptions = {}): Promise<WrittenFile[]> {
    return (await this.#submit({
      kind: 'generate',
      label: `generate ${job.tablePath}`,
      retries: 1,
      bytes: 0,
      kill: true,
      ...options,
      tablePath: job.tablePath,
      perform: (api) => api.generate(job),
    })) as WrittenFile[];
  }

  /** Data files of one landed file. Killed on abort unless `kill: false`. */
  async ingest(job: IngestJob, options: JobOptions = {}): Promise<WrittenFile[]> {
    return (await this.#submit({
      kind: 'ingest',
      label: `ingest ${job.fileName}`,
      retries: 1,
      bytes: 0,
      kill: true,
      ...options,
      tablePath: job.tablePath,
      perform: async (api) => api.ingest(await this.#withBytes(job, job.landingPath)),
    })) as WrittenFile[];
  }

  /** Rows of one landed file, read to its end. Killed on abort unless `kill: false`. */
  async inspect(job: IngestJob, options: JobOptions = {}): Promise<number> {
    return (await this.#submit({
      kind: 'inspect',
      label: `inspect ${job.fileName}`,
      retries: 1,
      bytes: 0,
      kill: true,
      ...options,
      tablePath: job.tablePath,
      perform: async (api) => api.inspect(await this.#withBytes(job, job.landingPath)),
    })) as number;
  }

  /** Data files of one IPC stream, which is transferred: the caller's bytes are gone after this. */
  async encode(job: EncodeJob, signal?: AbortSignal): Promise<WrittenFile[]> {
    const { tablePath, ipc: given } = job;
    return (await this.#submit({
      kind: 'encode',
      label: `encode ${tablePath}`,
      retries: 0,
      bytes: given.byteLength,
      signal,
      tablePath,
      perform: (api) => {
        const ipc = ownBuffer(job.ipc);
        return api.encode(this.options.transfer({ ...job, ipc }, [ipc.buffer]));
      },
    })) as WrittenFile[];
  }

  /** Rows of one data file as a complete IPC stream. */
  async decode(job: DecodeJob, signal?: AbortSignal): Promise<Uint8Array> {
    const path = `${job.tablePath}/${decodeURIComponent(job.add.path)}`;
    return (await this.#submit({
      kind: 'decode',
      label: `decode ${path}`,
      retries: 1,
      bytes: 0,
      signal,
      tablePath: job.tablePath,
      perform: async (api) => api.decode(await this.#withBytes(job, path)),
    })) as Uint8Array;
  }

  /** Starts all executors, so that the first jobs need not wait for it. */
  async warm(): Promise<void> {
    if (!this.#closed) await this.#executors.warm();
  }

  /** Changes the number of executors; those too many end when their job is done. */
  resize(size: number): void {
    this.#executors.resize(size);
    this.#dispatch();
  }

  status(): PoolStatus {
    return { size: this.#executors.size, queued: this.#queue.size, executors: this.#executors.list() };
  }

  /** Ends all executors at once; jobs not done are rejected with PoolClosedError. */
  close(): void {
    this.#closed = true;
    const jobs = [...this.#queue.drain(), ...this.#executors.jobs];
    for (const job of jobs) job.reject(new PoolClosedError(job.request.label));
    this.#executors.endAll();
  }

  async #submit(request: JobRequest & { tablePath: string }): Promise<JobResult> {
    const { signal, label, kind, tablePath } = request;
    if (this.#closed) throw new PoolClosedError(label);
    if (signal?.aborted) throw createAbortError(label);
    const job = new PoolJob(request, (result) => {
      if (Array.isArray(result)) this.options.onAbandoned?.(result, { kind, tablePath });
    });
    const abort = () => this.#abortJob(job);
    signal?.addEventListener('abort', abort, { once: true });
    this.#queue.push(job);
    this.#dispatch();
    return job.promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  #abortJob(job: PoolJob): void {
    job.cancel();
    if (!this.#queue.remove(job) && job.request.kill) this.#executors.endJob(job);
  }

  #dispatch(): void {
    while (this.#queue.size > 0 && !this.#closed) {
      const slot = this.#executors.findIdle();
      if (!slot) return;
      const job = this.#queue.take();
      if (job) void this.#runJob(slot, job);
    }
  }

  async #runJob(slot: ExecutorSlot, job: PoolJob): Promise<void> {
    slot.job = job;
    try {
      const outcome = await slot.perform(job);
      if ('death' in outcome) this.#takeDeath(slot, job, outcome.death);
      else this.#takeResult(slot, job, outcome.result);
    } catch (cause) {
      job.reject(cause);
    }
    slot.job = null;
    this.#executors.release(slot);
    this.#dispatch();
  }

  #takeResult(slot: ExecutorSlot, job: PoolJob, result: JobResult): void {
    slot.done += 1;
    slot.encodedBytes += job.request.bytes;
    if (Array.isArray(result) && job.kind !== 'encode') {
      slot.encodedBytes += result.reduce((sum, { add }) => sum + add.size, 0);
    }
    slot.retiring ||= slot.encodedBytes >= (this.options.recycleAfterBytes ?? DEFAULT_RECYCLE_BYTES);
    job.resolve(result);
  }

  #takeDeath(slot: ExecutorSlot, job: PoolJob, death: Death): void {
    if (job.isSettled) return;
    if (job.retriesLeft > 0) {
      job.retriesLeft -= 1;
      this.#queue.putBack(job);
      return;
    }
    job.reject(new ExecutorDiedError(slot.id, job.request.label, death.cause));
  }

  /** Without a store in common the file's bytes travel with the job; copied, since the store keeps its own. */
  async #withBytes<T extends { bytes?: Uint8Array }>(job: T, path: string): Promise<T> {
    const { shared, readFile } = this.options;
    if (shared || job.bytes) return job;
    if (!readFile) throw new Error(`cannot read ${path}: the pool has no store in common and no readFile`);
    return { ...job, bytes: await readFile(path) };
  }
}

/** A view that fills its buffer, so that moving the buffer moves nothing else. */
function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  return whole ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
}
