/** One executor of the pool: alive from its first job until it is retired or dies. */

import type { JobResult, PoolJob } from './pool-job.ts';
import type { ExecutorApi } from './types.ts';

/** A worker behind Comlink. */
export interface Executor {
  /** `Comlink.wrap<ExecutorApi>(worker)` fits. */
  api: ExecutorApi;
  /** Ends the worker at once; promises of `api` need not settle after it. */
  terminate(): void;
}

/**
 * Starts a worker. `onDeath` is to be called when it ends by itself: its `error` and `messageerror` events, or a Web
 * Lock it held that came free.
 */
export type ExecutorFactory = (onDeath: (cause: unknown) => void) => Executor;

export type Death = { cause: unknown };

export class ExecutorSlot {
  job: PoolJob | null = null;
  done = 0;
  encodedBytes = 0;
  /** To be ended after its present job. */
  retiring = false;
  isAlive = true;
  #executor: Executor | null = null;
  readonly #ready: Promise<ExecutorApi>;
  readonly #death: Promise<Death>;
  #died: (death: Death) => void = () => {};

  constructor(
    readonly id: number,
    create: ExecutorFactory,
    shared: boolean,
  ) {
    this.#death = new Promise((resolve) => (this.#died = resolve));
    this.#ready = this.#start(create, shared);
    // Whoever runs a job hears of it; a slot that was only warmed must not raise an unhandled rejection.
    this.#ready.catch((cause: unknown) => this.end(cause));
  }

  /** Resolves when the executor can work or has died. */
  async warm(): Promise<void> {
    await Promise.race([this.#ready.catch(() => {}), this.#death]);
  }

  /** The job's result, or the death of the executor under it. Rejects with the job's own error. */
  async perform(job: PoolJob): Promise<{ result: JobResult } | { death: Death }> {
    const work = this.#ready.then((api) => job.request.perform(api));
    const outcome = await Promise.race([
      work.then(
        (result) => ({ result }),
        (cause: unknown) => ({ cause }),
      ),
      this.#death.then((death) => ({ death })),
    ]);
    if ('cause' in outcome) {
      // A start that fails rejects the work a moment before the slot is seen as dead.
      if (!this.isAlive) return { death: { cause: outcome.cause } };
      throw outcome.cause;
    }
    if ('death' in outcome) {
      // A late answer of a worker that only seemed dead still leaves files behind.
      work.then(job.abandon, () => {});
    }
    return outcome;
  }

  /** Ends the worker at once; its job, if any, learns of it. */
  end(cause?: unknown): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#executor?.terminate();
    this.#died({ cause });
  }

  async #start(create: ExecutorFactory, shared: boolean): Promise<ExecutorApi> {
    const executor = create((cause) => this.end(cause));
    this.#executor = executor;
    await executor.api.start({ shared });
    return executor.api;
  }
}
