import { EngineAnswer } from '$lib/grid/engine-answer.svelte.ts';
import { JobRun } from '$lib/job-run.svelte.ts';
import type { Job, MaintenanceReport } from '../../../workers/api.ts';

// A condition or a number is looked at when its writer pauses.
const PAUSE_MS = 350;

/** An operation on a table as a dialog needs it: what it would do, then what it did. */
export class Operation {
  readonly preview = new EngineAnswer<MaintenanceReport>();
  readonly job: JobRun<MaintenanceReport>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(what: Job['what'] | null = null) {
    this.job = new JobRun<MaintenanceReport>(what);
  }

  /** Asks what the operation would do, once the form has been still for a moment. */
  look(dryRun: () => Promise<MaintenanceReport>, pause = PAUSE_MS): void {
    clearTimeout(this.#timer);
    this.preview.loading = true;
    this.#timer = setTimeout(() => void this.preview.ask(dryRun), pause);
  }

  /** Forgets all, for a form that is not complete or a dialog that opens again. */
  reset(): void {
    clearTimeout(this.#timer);
    this.preview.clear();
    this.job.clear();
  }
}
