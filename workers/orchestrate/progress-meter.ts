/** Rows done per stage of a run, told to the page at most ten times a second. */

import type { EngineEvent, EpochMs, RunId, Stage } from '../api.ts';
import type { Timer } from './timer.ts';
import type { TaskSpec } from './types.ts';

/** Least time between two progress events of a run, ms. */
const PROGRESS_INTERVAL_MS = 100;

interface StageCount {
  rows: Map<string, number>;
  totalRows: number;
  startedAt: EpochMs | null;
}

/**
 * Adds up the rows of a run's tasks by stage. `rowsPerSecond` is the mean since the stage's first task started;
 * `etaMs` is null until a total and a rate are known.
 */
export class ProgressMeter {
  readonly #stages = new Map<Stage, StageCount>();
  readonly #dirty = new Set<Stage>();
  #lastEmit = -Infinity;
  #stopTimer: (() => void) | null = null;

  constructor(
    readonly runId: RunId,
    tasks: TaskSpec[],
    readonly timer: Timer,
    readonly emit: (event: EngineEvent) => void,
  ) {
    for (const task of tasks) this.#count(task.stage).totalRows += task.expectedRows;
  }

  /** The stage's clock starts with its first task. */
  start(task: TaskSpec): void {
    const count = this.#count(task.stage);
    count.startedAt ??= this.timer.now();
    count.rows.set(task.taskId, 0);
  }

  /** `rows` done so far by the task, all told. */
  report(task: TaskSpec, rows: number): void {
    this.#count(task.stage).rows.set(task.taskId, rows);
    this.#dirty.add(task.stage);
    if (this.#stopTimer === null) this.#emitOrWait();
  }

  /** Tells what has not been told yet, then stops. */
  flush(): void {
    const untold = [...this.#dirty];
    this.stop();
    for (const stage of untold) this.#emitStage(stage);
  }

  /** Nothing more is told. */
  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    this.#dirty.clear();
  }

  #emitOrWait(): void {
    const [stage] = this.#dirty;
    if (stage === undefined) return;
    const wait = this.#lastEmit + PROGRESS_INTERVAL_MS - this.timer.now();
    if (wait <= 0) {
      this.#dirty.delete(stage);
      this.#lastEmit = this.timer.now();
      this.#emitStage(stage);
    }
    if (this.#dirty.size === 0) return;
    this.#stopTimer = this.timer.after(wait <= 0 ? PROGRESS_INTERVAL_MS : wait, () => {
      this.#stopTimer = null;
      this.#emitOrWait();
    });
  }

  #emitStage(stage: Stage): void {
    const { rows: byTask, totalRows, startedAt } = this.#count(stage);
    const rows = [...byTask.values()].reduce((sum, value) => sum + value, 0);
    const elapsed = this.timer.now() - (startedAt ?? this.timer.now());
    const rowsPerSecond = elapsed > 0 ? (rows * 1000) / elapsed : 0;
    const left = Math.max(totalRows - rows, 0);
    const etaMs = totalRows > 0 && rowsPerSecond > 0 ? Math.round((left * 1000) / rowsPerSecond) : null;
    this.emit({ type: 'progress', runId: this.runId, stage, rows, rowsPerSecond, totalRows, etaMs });
  }

  #count(stage: Stage): StageCount {
    let count = this.#stages.get(stage);
    if (!count) this.#stages.set(stage, (count = { rows: new Map(), totalRows: 0, startedAt: null }));
    return count;
  }
}
