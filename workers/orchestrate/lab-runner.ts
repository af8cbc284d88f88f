/** Runs labs: one run of a lab at a time, from its lock and its first row to its last. */

import type { LabName, RunId, RunOutcome, TaskRun } from '../api.ts';
import { RunInProgressError } from './errors.ts';
import { buildChildMap } from './flow-graph.ts';
import { createLabFlow } from './lab-run.ts';
import { RunExecution, type PlannedRun, type RunExecutionOptions } from './run-execution.ts';
import { listPendingTasks } from './task-board.ts';

export type { PlannedRun } from './run-execution.ts';

export interface LabRunnerOptions<Params> extends RunExecutionOptions {
  /** Four letters or digits, to tell runs of one second apart. */
  newId(): string;
  /** Checks the parameters and plans the run; what it throws refuses the run. */
  plan(lab: LabName, params: Params): Promise<PlannedRun>;
}

export interface StartedRun {
  runId: RunId;
  /** Never rejects: a fault of the run itself is the state `crashed`. */
  done: Promise<RunOutcome>;
}

interface ActiveRun {
  runId: RunId | null;
  abort: AbortController;
  done: Promise<RunOutcome> | null;
}

export class LabRunner<Params> {
  readonly #active = new Map<LabName, ActiveRun>();

  constructor(readonly options: LabRunnerOptions<Params>) {}

  /**
   * Plans and starts a run; resolves as soon as it has an id.
   * @throws RunInProgressError while another run of the lab is under way
   * @throws FlowError, and what `plan` throws, before anything is recorded
   */
  async start(lab: LabName, params: Params): Promise<StartedRun> {
    const running = this.#active.get(lab);
    if (running) throw new RunInProgressError(lab, running.runId);
    const active: ActiveRun = { runId: null, abort: new AbortController(), done: null };
    this.#active.set(lab, active);
    try {
      const planned = await this.options.plan(lab, params);
      const run = new RunExecution(this.#createRunId(), planned, active.abort.signal, this.options);
      active.runId = run.runId;
      active.done = run.execute().finally(() => this.#active.delete(lab));
      return { runId: run.runId, done: active.done };
    } catch (cause) {
      this.#active.delete(lab);
      throw cause;
    }
  }

  /**
   * Stops a run; resolves when it has stopped and its history is written. A run that has ended stays as it is.
   * @throws RunNotFoundError
   */
  async cancel(runId: RunId): Promise<void> {
    const active = [...this.#active.values()].find((one) => one.runId === runId);
    if (!active) {
      this.options.history.detail(runId);
      return;
    }
    active.abort.abort();
    await active.done;
  }

  /** True from the moment a run of the lab is asked for until it has ended. */
  isBusy(lab: LabName): boolean {
    return this.#active.has(lab);
  }

  /** The run of a lab that is under way. */
  runningId(lab: LabName): RunId | null {
    return this.#active.get(lab)?.runId ?? null;
  }

  /** The tasks a run would have, all pending, in flow order. @throws FlowError, and what `plan` throws */
  async plan(lab: LabName, params: Params): Promise<TaskRun[]> {
    const planned = await this.options.plan(lab, params);
    const { flow } = createLabFlow(planned, { onTest: () => {}, onFingerprint: () => {} });
    buildChildMap(flow);
    return listPendingTasks(flow, '');
  }

  /** `2025-01-31T10-20-30-k3f9`: sorts by time, and fits a file name. */
  #createRunId(): RunId {
    const at = new Date(this.options.timer.now()).toISOString().slice(0, 19).replaceAll(':', '-');
    return `${at}-${this.options.newId()}`;
  }
}
