import type { EngineEvent, Job } from '../../workers/api.ts';

const TICK_MS = 120;
const STEPS = 25;

/** Work that pretends to take three seconds, tells of itself and can be cancelled. */
export class FakeJobs {
  readonly #cancelled = new Set<string>();

  constructor(readonly emit: (event: EngineEvent) => void) {}

  cancel(jobId: string): void {
    this.#cancelled.add(jobId);
  }

  /** @throws JobCancelledError */
  async play(
    start: Pick<Job, 'what' | 'subject'> & { jobId?: string; totalBytes: number },
    files: readonly string[],
  ): Promise<void> {
    const jobId = start.jobId ?? crypto.randomUUID();
    const tell = (state: Job['state'], done: number) =>
      this.emit({
        type: 'job',
        job: {
          ...start,
          jobId,
          state,
          doneBytes: Math.round(start.totalBytes * done),
          detail: files[Math.floor(done * (files.length - 1))] ?? null,
        },
      });
    for (let step = 0; step < STEPS; step++) {
      tell('running', step / STEPS);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      if (!this.#cancelled.has(jobId)) continue;
      tell('cancelled', step / STEPS);
      throw {
        name: 'JobCancelledError',
        message: `${start.what} of ${start.subject} was cancelled; nothing was changed.`,
      };
    }
    tell('completed', 1);
  }
}
