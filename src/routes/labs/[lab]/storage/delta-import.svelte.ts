import type { PathFile } from '$lib/components/dropped-files.ts';
import { engine } from '$lib/engine.svelte.ts';
import { JobRun } from '$lib/job-run.svelte.ts';
import type { DeltaInspection, DeltaSource, LabName, TableSummary } from '../../../../../workers/api.ts';
import { toSource } from './delta-source.ts';

/** A Delta table of another engine on its way in: the files, what they are, the name it gets, how the copy goes. */
export class DeltaImport {
  inspection = $state.raw<DeltaInspection | null>(null);
  /** Why the files cannot be brought in. */
  error = $state.raw<unknown>(null);
  reading = $state(false);
  /** What the files came as: a zip's or a folder's name. */
  sourceName = $state('');
  tableName = $state('');
  readonly job = new JobRun<TableSummary>('importDelta');
  #source: DeltaSource | null = null;

  constructor(readonly lab: () => LabName) {}

  /** Reads the log; nothing of the lake is touched. Never rejects. */
  async open(files: PathFile[]): Promise<void> {
    this.close();
    const source = toSource(files);
    this.#source = source;
    this.sourceName = source instanceof File ? source.name : (files[0]?.path.split('/')[0] ?? '');
    this.reading = true;
    try {
      this.inspection = await engine.api.inspectDelta(source);
      this.tableName = `bronze.${this.inspection.suggestedName}`;
    } catch (thrown) {
      this.error = thrown;
    }
    this.reading = false;
  }

  async run(): Promise<void> {
    const [source, table] = [this.#source, this.tableName.trim()];
    if (source)
      await this.job.run((jobId) => engine.api.importDelta(source, table, { jobId, lab: this.lab() }));
  }

  close(): void {
    [this.inspection, this.error] = [null, null];
    this.#source = null;
    this.job.clear();
  }
}
