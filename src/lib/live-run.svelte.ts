import type { EngineEvent, LogLine, RunId, RunSummary, TaskRun, TestResult } from '../../workers/api.ts';

/** The last progress event of a run. */
export type Progress = Extract<EngineEvent, { type: 'progress' }>;

/** What events have told about one run since the page was opened; arrays are replaced, never changed in place. */
export class LiveRun {
  readonly runId: RunId;
  run = $state.raw<RunSummary | null>(null);
  tasks = $state.raw<TaskRun[]>([]);
  tests = $state.raw<TestResult[]>([]);
  logs = $state.raw<LogLine[]>([]);
  progress = $state.raw<Progress | null>(null);
  readonly active = $derived(this.run?.state === 'running' || this.run?.state === 'scheduled');
  /** Rows done of rows expected, 0 .. 1; null before the first progress event. */
  readonly share = $derived(
    this.progress && this.progress.totalRows > 0
      ? Math.min(1, this.progress.rows / this.progress.totalRows)
      : null,
  );

  constructor(runId: RunId) {
    this.runId = runId;
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

/** Newer items take the place of older ones with the same key; order of first sight is kept. */
function mergeBy<T>(older: T[], newer: T[], keyOf: (item: T) => string): T[] {
  const merged = new Map(older.map((item) => [keyOf(item), item]));
  for (const item of newer) merged.set(keyOf(item), item);
  return [...merged.values()];
}

/** The run an event belongs to; null for events about the engine or its tables. */
export function runIdOf(event: EngineEvent): RunId | null {
  switch (event.type) {
    case 'run':
      return event.run.runId;
    case 'task':
      return event.task.runId;
    case 'test':
      return event.test.runId;
    case 'log':
      return event.line.runId;
    case 'progress':
      return event.runId;
    default:
      return null;
  }
}
