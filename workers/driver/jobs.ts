/** Work that takes a while: it tells how far it is, and can be cancelled by its id. */
import type { EngineEvent, Job, JobOptions } from '../api.ts';

/** At most so many milliseconds pass between two words of progress. */
const TELL_EVERY_MS = 100;

/** What a job's work is given. */
export interface JobProgress {
  readonly signal: AbortSignal;
  /** How many bytes there are to do, as soon as that is known. */
  expect(totalBytes: number): void;
  /** So many more bytes are done; `detail` is the file or table it is at. Throws once cancelled. */
  advance(bytes: number, detail?: string): void;
}

/** The job was cancelled before its end. */
export class JobCancelledError extends Error {
  override readonly name = 'JobCancelledError';

  constructor(what: Job['what'], subject: string, options?: ErrorOptions) {
    super(`${what} of ${subject} was cancelled.`, options);
  }
}

/** A job of that id is under way. */
export class JobExistsError extends Error {
  override readonly name = 'JobExistsError';

  constructor(jobId: string) {
    super(`A job with the id '${jobId}' is under way: wait for it, or choose another id.`);
  }
}

export class Jobs {
  readonly #aborts = new Map<string, AbortController>();

  /** `emit` hears of every start, step and end as a `job` event. */
  constructor(
    readonly emit: (event: EngineEvent) => void,
    readonly now: () => number = Date.now,
  ) {}

  /**
   * Runs `work` as a job and answers what it answers.
   * @throws JobCancelledError when it was cancelled before its end, JobExistsError, and what `work` throws
   */
  async run<T>(
    what: Job['what'],
    subject: string,
    { jobId = crypto.randomUUID() }: JobOptions,
    work: (progress: JobProgress) => Promise<T>,
  ): Promise<T> {
    if (this.#aborts.has(jobId)) throw new JobExistsError(jobId);
    const abort = new AbortController();
    const job: Job = { jobId, what, subject, state: 'running', doneBytes: 0, totalBytes: null, detail: null };
    this.#aborts.set(jobId, abort);
    this.#tell(job);
    try {
      const result = await work(this.#progressOf(job, abort.signal));
      job.state = 'completed';
      return result;
    } catch (cause) {
      job.state = abort.signal.aborted ? 'cancelled' : 'failed';
      throw abort.signal.aborted ? new JobCancelledError(what, subject, { cause }) : cause;
    } finally {
      this.#aborts.delete(jobId);
      this.#tell(job);
    }
  }

  /** Nothing happens when the job has ended. */
  cancel(jobId: string): void {
    this.#aborts.get(jobId)?.abort();
  }

  #progressOf(job: Job, signal: AbortSignal): JobProgress {
    let toldAt = this.now();
    return {
      signal,
      expect: (totalBytes) => {
        job.totalBytes = totalBytes;
        this.#tell(job);
      },
      advance: (bytes, detail = job.detail ?? undefined) => {
        signal.throwIfAborted();
        job.doneBytes += bytes;
        job.detail = detail ?? null;
        if (this.now() - toldAt < TELL_EVERY_MS) return;
        toldAt = this.now();
        this.#tell(job);
      },
    };
  }

  #tell(job: Job): void {
    this.emit({ type: 'job', job: { ...job } });
  }
}
