import type { Job } from '../../workers/api.ts';
import { engine } from './engine.svelte.ts';
import { toErrorShape } from './engine-error.ts';

/** One piece of work of the engine that a page has started: how far it is, how it ended. Cancelling it is no error. */
export class JobRun<T> {
  state = $state<'idle' | 'running' | 'done' | 'failed' | 'cancelled'>('idle');
  result = $state.raw<T | null>(null);
  error = $state.raw<unknown>(null);
  #id = $state('');
  #subject = $state<string | null>(null);
  #cancelled = false;
  readonly running = $derived(this.state === 'running');
  /** What events have told of it; null before the first. */
  readonly job: Job | null = $derived(this.#findJob());

  constructor(readonly what: Job['what'] | null = null) {}

  /** Does the work, which gets the id to be cancelled by; `subject` finds the events of work that takes no id. Never rejects. */
  async run(work: (jobId: string) => Promise<T>, subject: string | null = null): Promise<T | null> {
    this.#id = crypto.randomUUID();
    this.#subject = subject;
    this.#cancelled = false;
    [this.result, this.error, this.state] = [null, null, 'running'];
    try {
      this.result = await work(this.#id);
      this.state = 'done';
    } catch (thrown) {
      this.error = thrown;
      this.state =
        this.#cancelled || toErrorShape(thrown).name === 'JobCancelledError' ? 'cancelled' : 'failed';
    }
    return this.result;
  }

  async cancel(): Promise<void> {
    this.#cancelled = true;
    await engine.api.cancelJob(this.job?.jobId ?? this.#id);
  }

  /** Forgets how it ended. */
  clear(): void {
    if (this.state !== 'running') [this.result, this.error, this.state] = [null, null, 'idle'];
  }

  #findJob(): Job | null {
    const own = engine.jobs.get(this.#id);
    if (own || this.#subject === null) return own ?? null;
    return (
      [...engine.jobs.values()].findLast(
        (job) => job.what === this.what && job.subject === this.#subject && job.state === 'running',
      ) ?? null
    );
  }
}
