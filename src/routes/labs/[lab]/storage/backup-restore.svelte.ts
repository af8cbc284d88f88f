import { engine } from '$lib/engine.svelte.ts';
import { JobRun } from '$lib/job-run.svelte.ts';
import type { BackupSummary, LabName } from '../../../../../workers/api.ts';

/** A backup on its way back: the file, what it holds, which labs of it are wanted, how the restore goes. */
export class BackupRestore {
  file = $state.raw<File | null>(null);
  summary = $state.raw<BackupSummary | null>(null);
  /** Why the file cannot be restored. */
  error = $state.raw<unknown>(null);
  reading = $state(false);
  chosen = $state.raw<LabName[]>([]);
  readonly job = new JobRun<BackupSummary>('restoreBackup');
  readonly #wanted = $derived((this.summary?.labs ?? []).filter(({ lab }) => this.chosen.includes(lab)));
  /** Labs of the lake that would be replaced. */
  readonly replaced = $derived(this.#wanted.filter(({ exists }) => exists).map(({ lab }) => lab));
  readonly tables = $derived(this.#wanted.reduce((sum, { tables }) => sum + tables, 0));

  /** Reads a zip to its end; nothing of the lake is touched. Never rejects. */
  async open(file: File): Promise<void> {
    this.close();
    this.job.clear();
    [this.file, this.reading] = [file, true];
    try {
      this.summary = await engine.api.inspectBackup(file);
      this.chosen = this.summary.labs.map(({ lab }) => lab);
    } catch (thrown) {
      this.error = thrown;
    }
    this.reading = false;
  }

  toggle(lab: LabName): void {
    this.chosen = this.chosen.includes(lab)
      ? this.chosen.filter((one) => one !== lab)
      : [...this.chosen, lab];
  }

  async run(): Promise<void> {
    const { file, chosen } = this;
    if (!file) return;
    const restored = await this.job.run((jobId) => engine.api.restoreBackup(file, { jobId, labs: chosen }));
    if (restored) this.file = null;
  }

  close(): void {
    [this.file, this.summary, this.error] = [null, null, null];
    if (this.job.state !== 'done') this.job.clear();
  }
}
