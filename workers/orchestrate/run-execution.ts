/** One run of a lab, from its lock to its last row. */

import type { EngineEvent, Fingerprint, RunId, RunOutcome, RunSummary, TaskRun, TestResult } from '../api.ts';
import { createSkippedTest } from './dbt-tasks.ts';
import { messageOf } from './errors.ts';
import { buildChildMap } from './flow-graph.ts';
import type { History } from './history.ts';
import { createLabFlow, type LabFlow, type LabPlan } from './lab-run.ts';
import { runFlow } from './run-flow.ts';
import type { Logger } from './run-journal.ts';
import { countRun, createRunSummary, describeFailure, endRun } from './run-summary.ts';
import { listPendingTasks } from './task-board.ts';
import type { Timer } from './timer.ts';

/** A lab's plan with what the run is known by. */
export interface PlannedRun extends LabPlan {
  params: RunSummary['params'];
  generatorVersion: string;
}

export interface RunExecutionOptions {
  timer: Timer;
  history: History;
  logger: Logger;
  emit(event: EngineEvent): void;
  /** Holds the lock `run:<id>` while `body` runs: `navigator.locks.request(name, body)`. */
  withRunLock<T>(runId: RunId, body: () => Promise<T>): Promise<T>;
}

export class RunExecution {
  readonly #tasks = new Map<string, TaskRun>();
  readonly #tests = new Map<string, TestResult>();
  readonly #fingerprint: Record<string, Fingerprint> = {};
  readonly #lab: LabFlow;
  #summary: RunSummary;
  #isStarted = false;

  constructor(
    readonly runId: RunId,
    readonly planned: PlannedRun,
    readonly signal: AbortSignal,
    readonly options: RunExecutionOptions,
  ) {
    this.#lab = createLabFlow(planned, {
      onTest: (test) => this.#takeTest(test),
      onFingerprint: (table, fingerprint) => this.#takeFingerprint(table, fingerprint),
    });
    // An unsound graph refuses the run before it has a row.
    buildChildMap(this.#lab.flow);
    const { lab, params, generatorVersion } = planned;
    const startedAt = options.timer.now();
    const known = { runId, lab, params, generatorVersion, startedAt };
    this.#summary = createRunSummary(known, this.#lab.flow.tasks.length);
  }

  /** Never rejects: a fault of the run itself is the state `crashed`. */
  async execute(): Promise<RunOutcome> {
    const { history, logger } = this.options;
    const pending = listPendingTasks(this.#lab.flow, this.runId);
    for (const task of pending) this.#tasks.set(task.taskId, task);
    try {
      await this.options.withRunLock(this.runId, () => this.#executeLocked(pending));
    } catch (cause) {
      logger.error(`run ${this.runId} could not hold its lock: ${messageOf(cause)}`, cause);
      if (!this.#isStarted) await history.startRun(this.#summary, pending);
      if (this.#summary.state === 'running') await this.#end('crashed', messageOf(cause));
    }
    return this.#outcome();
  }

  async #executeLocked(pending: TaskRun[]): Promise<void> {
    const { history, timer, logger } = this.options;
    await history.startRun(this.#summary, pending);
    this.#isStarted = true;
    try {
      this.#emitRun();
      const emit = (event: EngineEvent) => this.#takeEvent(event);
      const { state, tasks } = await runFlow(this.#lab.flow, {
        runId: this.runId,
        timer,
        emit,
        signal: this.signal,
      });
      await this.#discardLeftovers();
      await this.#end(state, describeFailure(tasks));
    } catch (cause) {
      logger.error(`run ${this.runId} crashed: ${messageOf(cause)}`, cause);
      await this.#discardLeftovers();
      await this.#end('crashed', messageOf(cause));
    }
  }

  /** Files that no load has taken would stay for ever; that they could not be removed does not change the run. */
  async #discardLeftovers(): Promise<void> {
    try {
      await this.#lab.staged.close();
    } catch (cause) {
      const message = `files that were not loaded could not be removed: ${messageOf(cause)}`;
      this.options.logger.warn(`run ${this.runId}: ${message}`, cause);
    }
  }

  async #end(state: RunOutcome['state'], message: string | null): Promise<void> {
    const counted = countRun(this.#summary, [...this.#tasks.values()], [...this.#tests.values()]);
    const fingerprint = state === 'completed' ? { ...this.#fingerprint } : null;
    this.#summary = { ...endRun(counted, state, this.options.timer.now(), message), fingerprint };
    await this.options.history.endRun(this.#summary);
    this.#emitRun();
  }

  #takeEvent(event: EngineEvent): void {
    const { history, emit } = this.options;
    if (event.type === 'log') history.recordLog(event.line);
    if (event.type === 'task') this.#takeTask(event.task);
    emit(event);
  }

  #takeTask(task: TaskRun): void {
    this.#tasks.set(task.taskId, task);
    this.options.history.recordTask(task);
    if (task.kind === 'test' && task.state === 'skipped') {
      this.#takeTest(createSkippedTest(this.planned.manifest, task.taskId, this.runId, task.message));
    }
    if (task.endedAt === null) return;
    this.#summary = countRun(this.#summary, [...this.#tasks.values()], [...this.#tests.values()]);
    this.options.history.updateRun(this.#summary);
    this.#emitRun();
  }

  /** A test that answers after its run has ended is not heard. */
  #takeTest(test: TestResult): void {
    if (this.#summary.state !== 'running') return;
    this.#tests.set(test.uniqueId, test);
    this.options.history.recordTest(test);
    this.options.emit({ type: 'test', test });
  }

  #takeFingerprint(table: string, fingerprint: Fingerprint): void {
    if (this.#summary.state !== 'running') return;
    this.#fingerprint[table] = fingerprint;
    this.options.history.recordFingerprint(this.runId, table, fingerprint);
  }

  #emitRun(): void {
    this.options.emit({ type: 'run', run: this.#summary });
  }

  #outcome(): RunOutcome {
    const { runId, state, durationMs, rows, fingerprint } = this.#summary;
    const tasks = [...this.#tasks.values()];
    return {
      runId,
      state: state as RunOutcome['state'],
      durationMs: durationMs ?? 0,
      rows,
      tasks,
      fingerprint,
    };
  }
}
