/** Where every task of a flow's run stands; tells of each change. */

import type { EngineEvent, LogLevel, RunId, TaskKind, TaskRun, TaskState } from '../api.ts';
import type { Timer } from './timer.ts';
import type { Flow } from './types.ts';

/** The tasks of a flow before anything has run, in flow order. */
export function listPendingTasks(flow: Flow, runId: RunId): TaskRun[] {
  return flow.tasks.map(({ taskId, name, kind, stage, dependsOn }) => ({
    runId,
    taskId,
    name,
    kind,
    stage,
    dependsOn: [...dependsOn],
    state: 'pending',
    attempt: 1,
    startedAt: null,
    endedAt: null,
    rows: null,
    bytes: null,
    message: null,
  }));
}

export class TaskBoard {
  readonly #tasks: Map<string, TaskRun>;

  constructor(
    flow: Flow,
    readonly runId: RunId,
    readonly timer: Timer,
    readonly emit: (event: EngineEvent) => void,
  ) {
    this.#tasks = new Map(listPendingTasks(flow, runId).map((task) => [task.taskId, task]));
  }

  get(taskId: string): Readonly<TaskRun> {
    return this.#find(taskId);
  }

  /** Ids of the tasks in a state, in flow order. */
  listIn(state: TaskState): string[] {
    return [...this.#tasks.values()].filter((task) => task.state === state).map(({ taskId }) => taskId);
  }

  countRunning(kind: TaskKind): number {
    return [...this.#tasks.values()].filter((task) => task.state === 'running' && task.kind === kind).length;
  }

  /** True when a task waits or runs. */
  get isOpen(): boolean {
    return [...this.#tasks.values()].some(({ state }) => state === 'pending' || state === 'running');
  }

  /** Copies, in flow order. */
  snapshot(): TaskRun[] {
    return [...this.#tasks.values()].map((task) => ({ ...task }));
  }

  change(taskId: string, change: Partial<TaskRun>): void {
    const task = Object.assign(this.#find(taskId), change);
    this.emit({ type: 'task', task: { ...task } });
  }

  /** Rows so far of a running task; told with the next change of state, since progress has its own event. */
  setRows(taskId: string, rows: number): void {
    this.#find(taskId).rows = rows;
  }

  finish(taskId: string, state: TaskState, change: Partial<TaskRun>): void {
    this.change(taskId, { ...change, state, endedAt: this.timer.now() });
  }

  /** A line of a task, or of the run when there is none. */
  log(taskId: string | null, level: LogLevel, message: string): void {
    this.emit({ type: 'log', line: { runId: this.runId, taskId, at: this.timer.now(), level, message } });
  }

  #find(taskId: string): TaskRun {
    const task = this.#tasks.get(taskId);
    if (!task) throw new Error(`task "${taskId}" is not in the flow of run ${this.runId}`);
    return task;
  }
}
