/** Runs, tasks, tests and logs. */
import type { EpochMs, Fingerprint, LabName, RunId } from './names.ts';

export type RunState = 'scheduled' | 'running' | 'completed' | 'failed' | 'cancelled' | 'crashed';
export type TaskState = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled' | 'crashed' | 'skipped';
/** `generate` and `ingest` make bronze files, `load` commits them; the rest are dbt resource types. */
export type TaskKind = 'generate' | 'ingest' | 'load' | 'model' | 'test' | 'fingerprint';
export type Stage = 'source' | 'bronze' | 'staging' | 'silver' | 'gold';
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** Where a task stands; `taskId` is unique within its flow and stable between runs: dbt's unique_id for models and tests. */
export interface TaskRun {
  runId: RunId;
  taskId: string;
  name: string;
  kind: TaskKind;
  stage: Stage;
  /** Task ids that must be completed first. */
  dependsOn: string[];
  state: TaskState;
  /** 1 for the first try. */
  attempt: number;
  startedAt: EpochMs | null;
  endedAt: EpochMs | null;
  rows: number | null;
  bytes: number | null;
  /** Why it failed or was skipped, for people. */
  message: string | null;
}

/** The outcome of one dbt test, in dbt's own terms. */
export interface TestResult {
  runId: RunId;
  uniqueId: string;
  name: string;
  /** The model or source it looks at; empty for singular tests over several. */
  model: string;
  column: string | null;
  status: 'pass' | 'fail' | 'warn' | 'error' | 'skipped';
  severity: 'error' | 'warn';
  failures: number | null;
  message: string | null;
  /** SELECT that returns the failing rows; run it with `query`. */
  sql: string;
}

export interface LogLine {
  runId: RunId;
  taskId: string | null;
  at: EpochMs;
  level: LogLevel;
  message: string;
}

export interface RunSummary {
  runId: RunId;
  lab: LabName;
  state: RunState;
  startedAt: EpochMs;
  endedAt: EpochMs | null;
  durationMs: number | null;
  /** Rows landed in bronze. */
  rows: number;
  bytes: number;
  params: Record<string, string | number>;
  generatorVersion: string;
  tasksTotal: number;
  tasksCompleted: number;
  tasksFailed: number;
  testsFailed: number;
  testsWarned: number;
  message: string | null;
  /** Gold table to fingerprint; null until the run completes. */
  fingerprint: Record<string, Fingerprint> | null;
}

export interface RunDetail extends RunSummary {
  tasks: TaskRun[];
  tests: TestResult[];
}

/** What `run` answers once the run has ended. */
export interface RunOutcome {
  runId: RunId;
  state: 'completed' | 'failed' | 'cancelled' | 'crashed';
  durationMs: number;
  rows: number;
  tasks: TaskRun[];
  fingerprint: Record<string, Fingerprint> | null;
}
