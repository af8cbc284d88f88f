/** A run in one line, counted from its tasks and tests. */

import type { EpochMs, RunState, RunSummary, TaskRun, TestResult } from '../api.ts';

/** The summary of a run that has just started. */
export function createRunSummary(
  run: Pick<RunSummary, 'runId' | 'lab' | 'params' | 'generatorVersion' | 'startedAt'>,
  tasksTotal: number,
): RunSummary {
  return {
    runId: run.runId,
    lab: run.lab,
    state: 'running',
    startedAt: run.startedAt,
    endedAt: null,
    durationMs: null,
    rows: 0,
    bytes: 0,
    params: run.params,
    generatorVersion: run.generatorVersion,
    tasksTotal,
    tasksCompleted: 0,
    tasksFailed: 0,
    testsFailed: 0,
    testsWarned: 0,
    message: null,
    fingerprint: null,
  };
}

/** The same run with its counts as the tasks and tests have them. `rows` and `bytes` are what was loaded into bronze. */
export function countRun(run: RunSummary, tasks: TaskRun[], tests: TestResult[]): RunSummary {
  const loads = tasks.filter(({ kind, state }) => kind === 'load' && state === 'completed');
  return {
    ...run,
    rows: loads.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    bytes: loads.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    tasksTotal: Math.max(run.tasksTotal, tasks.length),
    tasksCompleted: tasks.filter(({ state }) => state === 'completed').length,
    tasksFailed: tasks.filter(({ state }) => state === 'failed').length,
    testsFailed: tests.filter(({ status }) => status === 'fail' || status === 'error').length,
    testsWarned: tests.filter(({ status }) => status === 'warn').length,
  };
}

/** The run at its end. */
export function endRun(
  run: RunSummary,
  state: RunState,
  endedAt: EpochMs,
  message: string | null,
): RunSummary {
  return { ...run, state, endedAt, durationMs: endedAt - run.startedAt, message };
}

/** Why a run failed, for people: its first failed task, and how many more. */
export function describeFailure(tasks: TaskRun[]): string | null {
  const failed = tasks.filter(({ state }) => state === 'failed');
  const first = failed[0];
  if (!first) return null;
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  return `${first.name}: ${first.message ?? 'failed'}${more}`;
}
