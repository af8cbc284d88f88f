/** Everything known of one run, in memory. */

import type { EpochMs, LogLine, RunDetail, RunSummary, TaskRun, TestResult } from '../api.ts';
import { countRun, endRun } from './run-summary.ts';

/** Lines kept of one run; the last one says that more were left out. */
const MAX_LOG_LINES = 10_000;

export class RunRecord {
  readonly #tasks = new Map<string, TaskRun>();
  readonly #tests = new Map<string, TestResult>();
  readonly logs: LogLine[] = [];
  /** When the last thing was heard of the run. */
  lastKnownAt: EpochMs;

  constructor(public summary: RunSummary) {
    this.lastKnownAt = summary.endedAt ?? summary.startedAt;
  }

  /** Tasks in flow order, tests in the order they were first heard of. */
  get detail(): RunDetail {
    return { ...this.summary, tasks: [...this.#tasks.values()], tests: [...this.#tests.values()] };
  }

  hear(at: EpochMs): void {
    this.lastKnownAt = Math.max(this.lastKnownAt, at);
  }

  /** Answers the task's number in the flow, from 1. */
  addTask(task: TaskRun): number {
    this.#tasks.set(task.taskId, { ...task });
    return [...this.#tasks.keys()].indexOf(task.taskId) + 1;
  }

  addTest(test: TestResult): void {
    this.#tests.set(test.uniqueId, test);
  }

  /** The line as it was kept; null when the run has said too much already. */
  addLog(line: LogLine): LogLine | null {
    this.hear(line.at);
    if (this.logs.length >= MAX_LOG_LINES) return null;
    const isLast = this.logs.length === MAX_LOG_LINES - 1;
    const message = `log truncated: a run keeps ${MAX_LOG_LINES} lines`;
    const kept: LogLine = isLast ? { ...line, taskId: null, level: 'warning', message } : line;
    this.logs.push(kept);
    return kept;
  }

  /** The run's process is gone: what ran has crashed, what waited is cancelled. Answers the tasks that changed. */
  markCrashed(): TaskRun[] {
    const at = this.lastKnownAt;
    const message = `the tab was closed or the browser ended at about ${new Date(at).toISOString()}`;
    const open = [...this.#tasks.values()].filter(({ state }) => state === 'running' || state === 'pending');
    const changed = open.map((task): TaskRun => {
      const change =
        task.state === 'running'
          ? ({ state: 'crashed', message } as const)
          : ({ state: 'cancelled', message: 'run crashed' } as const);
      return { ...task, ...change, endedAt: at };
    });
    for (const task of changed) this.addTask(task);
    const counted = countRun(this.summary, [...this.#tasks.values()], [...this.#tests.values()]);
    this.summary = endRun(counted, 'crashed', at, message);
    return changed;
  }
}
