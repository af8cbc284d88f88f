/** Everything known of one run, in memory. */

import type { EpochMs, LogLine, RunDetail, RunSummary, TaskRun, TestResult } from '../api.ts';
import { countRun, endRun } from './run-summary.ts';

/** Lines kept of one run; a last one says that more were left out. */
const MAX_LOG_LINES = 10_000;

export class RunRecord {
  readonly tasks = new Map<string, TaskRun>();
  readonly tests = new Map<string, TestResult>();
  readonly logs: LogLine[] = [];
  /** When the last thing was heard of the run. */
  lastKnownAt: EpochMs;

  constructor(public summary: RunSummary) {
    this.lastKnownAt = summary.endedAt ?? summary.startedAt;
  }

  get detail(): RunDetail {
    return { ...this.summary, tasks: [...this.tasks.values()], tests: [...this.tests.values()] };
  }

  /** False when the run has said too much already and the line is dropped; the last line kept says so. */
  addLog(line: LogLine): LogLine | null {
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
    const when = new Date(at).toISOString();
    const message = `the tab was closed or the browser ended at about ${when}`;
    const changed: TaskRun[] = [];
    for (const task of this.tasks.values()) {
      if (task.state !== 'running' && task.state !== 'pending') continue;
      const state = task.state === 'running' ? 'crashed' : 'cancelled';
      changed.push({ ...task, state, endedAt: at, message: state === 'crashed' ? message : 'run crashed' });
    }
    for (const task of changed) this.tasks.set(task.taskId, task);
    const counted = countRun(this.summary, [...this.tasks.values()], [...this.tests.values()]);
    this.summary = endRun(counted, 'crashed', at, message);
    return changed;
  }
}
