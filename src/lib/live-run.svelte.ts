import type {
  EngineEvent,
  LogLine,
  RunDetail,
  RunId,
  RunSummary,
  Stage,
  TaskRun,
  TestResult,
} from '../../workers/api.ts';
import { mergeBy } from './run-events.ts';

/** The last progress event of a run. */
export type Progress = Extract<EngineEvent, { type: 'progress' }>;

/** About the part of a run's time that its sources take; it only shapes the progress bar. */
const SOURCE_WEIGHT = 0.45;
const STAGES: readonly Stage[] = ['source', 'bronze', 'staging', 'silver', 'gold'];

/** What events have told about one run since the page was opened; arrays are replaced, never changed in place. */
export class LiveRun {
  readonly runId: RunId;
  run = $state.raw<RunSummary | null>(null);
  tasks = $state.raw<TaskRun[]>([]);
  tests = $state.raw<TestResult[]>([]);
  logs = $state.raw<LogLine[]>([]);
  progress = $state.raw<Progress | null>(null);
  readonly active = $derived(this.run?.state === 'running' || this.run?.state === 'scheduled');
  /** How far the whole run is, 0 .. 1: rows of the sources and the tasks after them; null before the first progress event. */
  readonly share = $derived(this.#measureShare());
  /** Furthest stage at which something runs. */
  readonly stage = $derived(
    STAGES.findLast((stage) => this.tasks.some((task) => task.stage === stage && task.state === 'running')) ??
      this.progress?.stage ??
      null,
  );

  constructor(runId: RunId) {
    this.runId = runId;
  }

  #measureShare(): number | null {
    if (!this.run || !this.progress) return null;
    const { rows, totalRows } = this.progress;
    const rowShare = totalRows > 0 ? Math.min(1, rows / totalRows) : 0;
    const taskShare = this.run.tasksTotal > 0 ? this.run.tasksCompleted / this.run.tasksTotal : 0;
    return SOURCE_WEIGHT * rowShare + (1 - SOURCE_WEIGHT) * taskShare;
  }

  /** Takes what the engine has on record. Of a run that goes on, events may have told more since; of one that has ended, never. */
  adopt({ tasks, tests, ...run }: RunDetail, logs: LogLine[]): void {
    if (run.state !== 'running') {
      [this.run, this.tasks, this.tests, this.logs] = [run, tasks, tests, logs];
      return;
    }
    this.run ??= run;
    this.tasks = mergeBy(tasks, this.tasks, (task) => task.taskId);
    this.tests = mergeBy(tests, this.tests, (test) => test.uniqueId);
    this.logs = mergeBy(logs, this.logs, (line) => `${line.at} ${line.taskId} ${line.message}`);
  }

  /** Takes the events of one animation frame at once, so that a page updates once. */
  apply(events: EngineEvent[]): void {
    const tasks: TaskRun[] = [];
    const tests: TestResult[] = [];
    const lines: LogLine[] = [];
    for (const event of events) {
      if (event.type === 'run') this.run = event.run;
      else if (event.type === 'task') tasks.push(event.task);
      else if (event.type === 'test') tests.push(event.test);
      else if (event.type === 'log') lines.push(event.line);
      else if (event.type === 'progress') this.progress = event;
    }
    if (tasks.length) this.tasks = mergeBy(this.tasks, tasks, (task) => task.taskId);
    if (tests.length) this.tests = mergeBy(this.tests, tests, (test) => test.uniqueId);
    if (lines.length) this.logs = [...this.logs, ...lines];
  }
}
