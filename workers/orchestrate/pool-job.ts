/** One job of the work pool: what to ask of an executor, and who waits for the answer. */

import type { WrittenFile } from '../lake/types.ts';
import { createAbortError } from './errors.ts';
import type { ExecutorApi } from './types.ts';

export type JobKind = 'generate' | 'ingest' | 'inspect' | 'encode' | 'decode';
export type JobResult = WrittenFile[] | Uint8Array | number;

export interface JobOptions {
  signal?: AbortSignal;
  /** On abort, end the executor that has the job instead of letting it finish. */
  kill?: boolean;
}

export interface JobRequest extends JobOptions {
  kind: JobKind;
  /** Told in errors. */
  label: string;
  /** How often the job may be given to another executor when one dies; 0 when its input has been transferred away. */
  retries: number;
  /** Arrow bytes that the job makes an executor encode, as far as known before. */
  bytes: number;
  perform(api: ExecutorApi): Promise<JobResult>;
}

/** Settles once; whatever comes later goes to `abandon`. */
export class PoolJob {
  readonly promise: Promise<JobResult>;
  retriesLeft: number;
  #resolve: (result: JobResult) => void = () => {};
  #reject: (cause: unknown) => void = () => {};
  #settled = false;

  constructor(
    readonly request: JobRequest,
    readonly abandon: (result: JobResult) => void,
  ) {
    this.retriesLeft = request.retries;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get kind(): JobKind {
    return this.request.kind;
  }

  get isSettled(): boolean {
    return this.#settled;
  }

  resolve(result: JobResult): void {
    if (this.#settled) {
      this.abandon(result);
      return;
    }
    this.#settled = true;
    this.#resolve(result);
  }

  reject(cause: unknown): void {
    this.#settled = true;
    this.#reject(cause);
  }

  cancel(): void {
    this.reject(createAbortError(this.request.label));
  }
}
