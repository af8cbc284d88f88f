import type {
  EngineEvent,
  LogLevel,
  RunDetail,
  RunOutcome,
  Stage,
  TaskRun,
  TestResult,
  TransactionsParams,
  LogLine,
} from '../../workers/api.ts';
import { planFakeTasks, rowsOf, testResultOf } from './fake-flow.ts';

/** Fake milliseconds a task takes for each kind. */
const DURATIONS = { generate: 2600, ingest: 1500, load: 300, model: 520, test: 120, fingerprint: 90 };
const TICK_MS = 100;

/** A run that pretends: states advance over some seconds, two tasks at a time, with one failing and one warning test. */
export class FakeRun {
  readonly tasks: TaskRun[];
  readonly tests: TestResult[] = [];
  readonly lines: LogLine[] = [];
  detail: RunDetail;
  #cancelled = false;
  readonly #emit: (event: EngineEvent) => void;
  readonly #total: number;

  constructor(runId: string, params: TransactionsParams, emit: (event: EngineEvent) => void) {
    this.#emit = emit;
    this.#total = params.rowsPerDay * params.days;
    this.tasks = planFakeTasks(runId, params.days);
    this.detail = {
      runId,
      lab: 'transactions',
      state: 'running',
      startedAt: Date.now(),
      endedAt: null,
      durationMs: null,
      rows: 0,
      bytes: 0,
      params: { ...params },
      generatorVersion: 'transactions-1',
      tasksTotal: this.tasks.length,
      tasksCompleted: 0,
      tasksFailed: 0,
      testsFailed: 0,
      testsWarned: 0,
      message: null,
      fingerprint: null,
      tasks: this.tasks,
      tests: this.tests,
    };
  }

  cancel(): void {
    this.#cancelled = true;
  }

  async play(): Promise<RunOutcome> {
    this.#emitRun();
    for (const task of this.tasks) this.#emit({ type: 'task', task: { ...task } });
    this.#log(null, 'info', `Run ${this.detail.runId} started: ${this.#total} rows expected`);
    while (!this.#cancelled && this.tasks.some((task) => task.endedAt === null)) {
      this.#advance();
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    return this.#end();
  }

  #advance(): void {
    const now = Date.now();
    for (const task of this.tasks) {
      if (task.state === 'running' && now - (task.startedAt ?? now) >= DURATIONS[task.kind])
        this.#complete(task, now);
    }
    for (const task of this.tasks) {
      if (this.tasks.filter((one) => one.state === 'running').length >= 2) break;
      if (task.state === 'pending' && this.#parentsOf(task).every((one) => one.state === 'completed')) {
        this.#change(task, { state: 'running', startedAt: now });
        this.#log(task, 'debug', `Started ${task.kind} ${task.name}`);
      }
    }
    this.#emitProgress(now);
  }

  #complete(task: TaskRun, now: number): void {
    const failed = task.name.startsWith('amount_in_range');
    const rows =
      task.kind === 'test' || task.kind === 'fingerprint'
        ? null
        : rowsOf(task, this.#total, Number(this.detail.params['days'] ?? 1));
    this.#change(task, {
      state: failed ? 'failed' : 'completed',
      endedAt: now,
      rows,
      bytes: rows === null ? null : rows * 58,
      message: failed ? 'Got 7 results, configured to fail if != 0' : null,
    });
    if (task.kind === 'test') {
      const test = testResultOf(task);
      this.tests.push(test);
      this.#emit({ type: 'test', test });
      if (test.status === 'warn') this.#log(task, 'warning', test.message ?? '');
    }
    if (failed)
      this.#log(
        task,
        'error',
        `${task.name}: 7 rows of silver.transactions are outside 0 < amount <= 1 000 000`,
      );
    else
      this.#log(task, 'info', rows === null ? `${task.name} passed` : `${task.name}: ${rows} rows written`);
    this.#emitRun();
  }

  #end(): RunOutcome {
    const now = Date.now();
    const state = this.#cancelled
      ? 'cancelled'
      : this.tasks.some((task) => task.state === 'failed')
        ? 'failed'
        : 'completed';
    for (const task of this.tasks) {
      if (task.endedAt === null)
        this.#change(task, { state: 'cancelled', endedAt: task.startedAt === null ? null : now });
    }
    this.detail = {
      ...this.detail,
      state,
      endedAt: now,
      durationMs: now - this.detail.startedAt,
      fingerprint: this.#cancelled ? null : this.#fingerprints(),
      message: state === 'failed' ? 'One test failed.' : null,
    };
    this.#log(null, state === 'completed' ? 'info' : 'warning', `Run ${state}`);
    this.#emitRun();
    const { runId, durationMs, rows, fingerprint } = this.detail;
    return { runId, state, durationMs: durationMs ?? 0, rows, tasks: this.tasks, fingerprint };
  }

  #fingerprints(): Record<string, string> {
    const gold = this.tasks.filter((task) => task.kind === 'model' && task.stage === 'gold');
    const seed = Number(this.detail.params['seed'] ?? 0);
    return Object.fromEntries(gold.map((task, i) => [task.name, `${task.rows ?? 0}-${hex(seed, i)}`]));
  }

  #emitRun(): void {
    const of = (state: TaskRun['state']) => this.tasks.filter((task) => task.state === state).length;
    const load = this.tasks.find((task) => task.kind === 'load');
    Object.assign(this.detail, {
      rows: load?.rows ?? 0,
      bytes: (load?.rows ?? 0) * 58,
      tasksCompleted: of('completed'),
      tasksFailed: of('failed'),
      testsFailed: this.tests.filter((test) => test.status === 'fail').length,
      testsWarned: this.tests.filter((test) => test.status === 'warn').length,
      tasks: this.tasks.map((task) => ({ ...task })),
      tests: [...this.tests],
    });
    this.#emit({ type: 'run', run: { ...this.detail } });
  }

  #emitProgress(now: number): void {
    const running = this.tasks.find((task) => task.state === 'running');
    const done = this.tasks.filter((task) => task.endedAt !== null).length / this.tasks.length;
    const elapsed = now - this.detail.startedAt;
    const rows = Math.round(this.#total * Math.max(done, Math.min(0.3, elapsed / 9000)));
    const stage: Stage = running?.stage ?? 'gold';
    const rowsPerSecond = elapsed > 0 ? (rows / elapsed) * 1000 : 0;
    const etaMs = rows > 0 ? ((this.#total - rows) / rows) * elapsed : null;
    this.#emit({
      type: 'progress',
      runId: this.detail.runId,
      stage,
      rows,
      rowsPerSecond,
      totalRows: this.#total,
      etaMs,
    });
  }

  #parentsOf(task: TaskRun): TaskRun[] {
    return this.tasks.filter((one) => task.dependsOn.includes(one.taskId));
  }

  #change(task: TaskRun, change: Partial<TaskRun>): void {
    Object.assign(task, change);
    this.#emit({ type: 'task', task: { ...task } });
  }

  #log(task: TaskRun | null, level: LogLevel, message: string): void {
    const line = { runId: this.detail.runId, taskId: task?.taskId ?? null, at: Date.now(), level, message };
    this.lines.push(line);
    this.#emit({ type: 'log', line });
  }
}

function hex(seed: number, index: number): string {
  const part = (factor: number) =>
    ((Math.imul(seed + 17, factor) ^ Math.imul(index + 3, 0x9e3779b1)) >>> 0).toString(16).padStart(8, '0');
  return part(0x85ebca6b) + part(0xc2b2ae35);
}
