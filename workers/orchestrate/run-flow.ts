/** Runs a flow: every task when its parents are completed, once or until its tries are used up. */

import type { EngineEvent, RunId, TaskRun } from '../api.ts';
import { messageOf } from './errors.ts';
import { buildChildMap, listDescendants } from './flow-graph.ts';
import { ProgressMeter } from './progress-meter.ts';
import { TaskBoard } from './task-board.ts';
import type { Timer } from './timer.ts';
import type { Flow, TaskContext, TaskOutcome, TaskSpec } from './types.ts';

/** How long running tasks may take to stop after a cancel, ms; then they are left behind. */
const CANCEL_GRACE_MS = 500;
const RETRY_DELAY_MS = 1000;

export interface RunFlowOptions {
  runId: RunId;
  timer: Timer;
  /** `task` at each change of state, `log` lines, `progress` per stage. */
  emit(event: EngineEvent): void;
  /** Aborting it cancels the run. */
  signal?: AbortSignal;
  /** Wait before try n + 1 after try n failed, ms. */
  retryDelayMs?: (failedAttempt: number) => number;
}

export interface FlowResult {
  /** `failed` when any task failed, `cancelled` when the signal was aborted before the flow ended. */
  state: 'completed' | 'failed' | 'cancelled';
  tasks: TaskRun[];
}

/**
 * Runs the flow to its end. Tasks start in flow order as their parents complete and their kind has room.
 * What is downstream of a failed task is skipped, and nothing else. A task that throws is tried again `retries`
 * times; one that answers `failed` is not. After an abort the run ends within half a second: tasks that ignore their
 * signal are left behind and what they answer later is ignored.
 * @throws FlowError when the graph is not sound; nothing has run then
 */
export function runFlow(flow: Flow, options: RunFlowOptions): Promise<FlowResult> {
  return new FlowRun(flow, options).run();
}

class FlowRun {
  readonly #board: TaskBoard;
  readonly #children: Map<string, string[]>;
  readonly #meter: ProgressMeter;
  readonly #abort = new AbortController();
  readonly #waits = new Map<string, () => void>();
  #ended = false;
  #stopGrace: (() => void) | null = null;
  #resolve: (result: FlowResult) => void = () => {};
  #reject: (cause: unknown) => void = () => {};

  constructor(
    readonly flow: Flow,
    readonly options: RunFlowOptions,
  ) {
    this.#children = buildChildMap(flow);
    this.#board = new TaskBoard(flow, options.runId, options.timer, options.emit);
    this.#meter = new ProgressMeter(options.runId, flow.tasks, options.timer, (event) =>
      this.#guard(() => options.emit(event)),
    );
  }

  run(): Promise<FlowResult> {
    const { signal } = this.options;
    const cancel = () => this.#guard(() => this.#cancel());
    return new Promise<FlowResult>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      signal?.addEventListener('abort', cancel, { once: true });
      this.#guard(() => (signal?.aborted ? this.#cancel() : this.#startReady()));
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** A fault of the flow itself (a listener that throws) ends the run; nothing may hang. */
  #guard(step: () => void): void {
    if (this.#ended) return;
    try {
      step();
    } catch (cause) {
      this.#close();
      this.#abort.abort();
      this.#reject(cause);
    }
  }

  #startReady(): void {
    for (const spec of this.flow.tasks) {
      if (this.#isReady(spec)) this.#startTask(spec);
    }
    if (!this.#board.isOpen) this.#end();
  }

  #isReady(spec: TaskSpec): boolean {
    if (this.#board.get(spec.taskId).state !== 'pending' || this.#waits.has(spec.taskId)) return false;
    if (!spec.dependsOn.every((parent) => this.#board.get(parent).state === 'completed')) return false;
    return this.#board.countRunning(spec.kind) < (this.flow.concurrency[spec.kind] ?? Infinity);
  }

  #startTask(spec: TaskSpec): void {
    const startedAt = this.options.timer.now();
    this.#board.change(spec.taskId, { state: 'running', startedAt, rows: null, bytes: null, message: null });
    const { attempt } = this.#board.get(spec.taskId);
    this.#board.log(spec.taskId, 'debug', attempt === 1 ? 'started' : `started, try ${attempt}`);
    this.#meter.start(spec);
    // The body starts in a microtask: one that throws at once must not unwind the scheduler.
    void Promise.resolve()
      .then(() => spec.run(this.#contextOf(spec, attempt)))
      .then(
        (outcome) => this.#settle(spec, () => this.#takeOutcome(spec, outcome)),
        (cause: unknown) => this.#settle(spec, () => this.#takeError(spec, cause)),
      );
  }

  #contextOf(spec: TaskSpec, attempt: number): TaskContext {
    const live = () => !this.#ended && this.#isRunning(spec.taskId, attempt);
    return {
      runId: this.options.runId,
      attempt,
      signal: this.#abort.signal,
      log: (level, message) => {
        if (live()) this.#board.log(spec.taskId, level, message);
      },
      progress: (rows) => {
        if (!live()) return;
        this.#board.setRows(spec.taskId, rows);
        this.#meter.report(spec, rows);
      },
    };
  }

  #isRunning(taskId: string, attempt: number): boolean {
    const task = this.#board.get(taskId);
    return task.state === 'running' && task.attempt === attempt;
  }

  #settle(spec: TaskSpec, take: () => void): void {
    this.#guard(() => {
      if (this.#board.get(spec.taskId).state !== 'running') return;
      take();
      if (this.#abort.signal.aborted) this.#endIfQuiet();
      else this.#startReady();
    });
  }

  #takeOutcome(spec: TaskSpec, outcome: TaskOutcome): void {
    const { rows = null, bytes = null, message = null } = outcome;
    if (outcome.state === 'failed') {
      this.#fail(spec, message ?? 'failed', { rows, bytes });
      return;
    }
    if (spec.expectedRows > 0) this.#meter.report(spec, rows ?? spec.expectedRows);
    this.#finish(spec.taskId, 'completed', { rows, bytes, message });
    this.#board.log(spec.taskId, 'info', describeCompletion(this.#board.get(spec.taskId)));
  }

  #takeError(spec: TaskSpec, cause: unknown): void {
    if (this.#abort.signal.aborted) {
      this.#finish(spec.taskId, 'cancelled', { message: 'cancelled while running' });
      return;
    }
    const { attempt } = this.#board.get(spec.taskId);
    if (attempt <= spec.retries) this.#retryLater(spec, attempt, messageOf(cause));
    else this.#fail(spec, messageOf(cause), {});
  }

  /** A task that waits for its next try holds no place of its kind. */
  #retryLater(spec: TaskSpec, attempt: number, reason: string): void {
    const delay = this.options.retryDelayMs?.(attempt) ?? RETRY_DELAY_MS;
    const message = `try ${attempt} of ${spec.retries + 1} failed: ${reason}; next in ${delay / 1000} s`;
    this.#board.change(spec.taskId, { state: 'pending', attempt: attempt + 1, message });
    this.#board.log(spec.taskId, 'warning', message);
    this.#waits.set(
      spec.taskId,
      this.options.timer.after(delay, () =>
        this.#guard(() => {
          this.#waits.delete(spec.taskId);
          this.#startReady();
        }),
      ),
    );
  }

  #fail(spec: TaskSpec, message: string, counts: Partial<TaskRun>): void {
    this.#finish(spec.taskId, 'failed', { ...counts, message });
    this.#board.log(spec.taskId, 'error', message);
    const reason = `upstream failed: ${spec.name}`;
    for (const taskId of listDescendants(this.#children, spec.taskId)) {
      if (this.#board.get(taskId).state !== 'pending') continue;
      this.#finish(taskId, 'skipped', { message: reason });
      this.#board.log(taskId, 'warning', `skipped, ${reason}`);
    }
  }

  #cancel(): void {
    this.#abort.abort(this.options.signal?.reason);
    for (const taskId of this.#board.listIn('pending')) {
      this.#finish(taskId, 'cancelled', { message: 'run cancelled' });
    }
    this.#board.log(null, 'warning', 'run cancelled');
    this.#stopGrace = this.options.timer.after(CANCEL_GRACE_MS, () => this.#guard(() => this.#abandon()));
    this.#endIfQuiet();
  }

  #abandon(): void {
    for (const taskId of this.#board.listIn('running')) {
      this.#board.log(taskId, 'warning', `did not stop within ${CANCEL_GRACE_MS} ms and was left behind`);
      this.#finish(taskId, 'cancelled', { message: 'cancelled while running' });
    }
    this.#end();
  }

  #endIfQuiet(): void {
    if (this.#board.listIn('running').length === 0) this.#end();
  }

  #end(): void {
    const tasks = this.#board.snapshot();
    this.#meter.flush();
    this.#close();
    const failed = tasks.some(({ state }) => state === 'failed');
    const state = this.#abort.signal.aborted ? 'cancelled' : failed ? 'failed' : 'completed';
    this.#resolve({ state, tasks });
  }

  #close(): void {
    this.#meter.stop();
    this.#ended = true;
    this.#stopGrace?.();
    for (const stop of this.#waits.values()) stop();
    this.#waits.clear();
  }

  #finish(taskId: string, state: TaskRun['state'], change: Partial<TaskRun>): void {
    this.#waits.get(taskId)?.();
    this.#waits.delete(taskId);
    this.#board.finish(taskId, state, change);
  }
}

function describeCompletion({ rows, message, startedAt, endedAt }: TaskRun): string {
  const seconds = (((endedAt ?? 0) - (startedAt ?? 0)) / 1000).toFixed(2);
  const count = rows === null ? '' : `, ${rows} rows`;
  return `completed in ${seconds} s${count}${message === null ? '' : `: ${message}`}`;
}
