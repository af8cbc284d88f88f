/** What happened, as rows of the system tables and back. */

import type { EpochMs, Fingerprint, LogLine, RunId, RunSummary, TaskRun, TestResult } from '../api.ts';
import type { SystemRow, SystemValue } from './system-schema.ts';

/** `recordedAt` in microseconds since the epoch, as in all functions below. */
export function createRunRow(run: RunSummary, recordedAt: number): SystemRow {
  return {
    run_id: run.runId,
    lab: run.lab,
    state: run.state,
    started_at: toMicros(run.startedAt),
    ended_at: toMicros(run.endedAt),
    duration_ms: run.durationMs,
    rows: run.rows,
    bytes: run.bytes,
    params: JSON.stringify(run.params),
    generator_version: run.generatorVersion,
    tasks_total: run.tasksTotal,
    tasks_completed: run.tasksCompleted,
    tasks_failed: run.tasksFailed,
    tests_failed: run.testsFailed,
    tests_warned: run.testsWarned,
    message: run.message,
    fingerprint: run.fingerprint === null ? null : JSON.stringify(run.fingerprint),
    recorded_at: recordedAt,
  };
}

export function readRunRow(row: SystemRow): RunSummary {
  return {
    runId: text(row.run_id),
    lab: text(row.lab),
    state: text(row.state) as RunSummary['state'],
    startedAt: toMillis(row.started_at) ?? 0,
    endedAt: toMillis(row.ended_at),
    durationMs: number(row.duration_ms),
    rows: number(row.rows) ?? 0,
    bytes: number(row.bytes) ?? 0,
    params: parse<RunSummary['params']>(row.params) ?? {},
    generatorVersion: text(row.generator_version),
    tasksTotal: number(row.tasks_total) ?? 0,
    tasksCompleted: number(row.tasks_completed) ?? 0,
    tasksFailed: number(row.tasks_failed) ?? 0,
    testsFailed: number(row.tests_failed) ?? 0,
    testsWarned: number(row.tests_warned) ?? 0,
    message: textOrNull(row.message),
    fingerprint: parse<Record<string, Fingerprint>>(row.fingerprint),
  };
}

/** `taskNumber` is the task's place in the flow, from 1. */
export function createTaskRow(task: TaskRun, taskNumber: number, recordedAt: number): SystemRow {
  return {
    run_id: task.runId,
    task_id: task.taskId,
    task_number: taskNumber,
    name: task.name,
    kind: task.kind,
    stage: task.stage,
    depends_on: JSON.stringify(task.dependsOn),
    state: task.state,
    attempt: task.attempt,
    started_at: toMicros(task.startedAt),
    ended_at: toMicros(task.endedAt),
    rows: task.rows,
    bytes: task.bytes,
    message: task.message,
    recorded_at: recordedAt,
  };
}

export function readTaskRow(row: SystemRow): TaskRun {
  return {
    runId: text(row.run_id),
    taskId: text(row.task_id),
    name: text(row.name),
    kind: text(row.kind) as TaskRun['kind'],
    stage: text(row.stage) as TaskRun['stage'],
    dependsOn: parse<string[]>(row.depends_on) ?? [],
    state: text(row.state) as TaskRun['state'],
    attempt: number(row.attempt) ?? 1,
    startedAt: toMillis(row.started_at),
    endedAt: toMillis(row.ended_at),
    rows: number(row.rows),
    bytes: number(row.bytes),
    message: textOrNull(row.message),
  };
}

/** `lineNumber` counts the lines of the run from 1. */
export function createLogRow(line: LogLine, lineNumber: number): SystemRow {
  return {
    run_id: line.runId,
    task_id: line.taskId,
    logged_at: toMicros(line.at),
    line_number: lineNumber,
    level: line.level,
    message: line.message,
  };
}

export function readLogRow(row: SystemRow): LogLine {
  return {
    runId: text(row.run_id),
    taskId: textOrNull(row.task_id),
    at: toMillis(row.logged_at) ?? 0,
    level: text(row.level) as LogLine['level'],
    message: text(row.message),
  };
}

export function createTestRow(test: TestResult, recordedAt: number): SystemRow {
  return {
    run_id: test.runId,
    unique_id: test.uniqueId,
    name: test.name,
    model: test.model,
    column_name: test.column,
    status: test.status,
    severity: test.severity,
    failures: test.failures,
    message: test.message,
    compiled_sql: test.sql,
    recorded_at: recordedAt,
  };
}

export function readTestRow(row: SystemRow): TestResult {
  return {
    runId: text(row.run_id),
    uniqueId: text(row.unique_id),
    name: text(row.name),
    model: text(row.model),
    column: textOrNull(row.column_name),
    status: text(row.status) as TestResult['status'],
    severity: text(row.severity) as TestResult['severity'],
    failures: number(row.failures),
    message: textOrNull(row.message),
    sql: text(row.compiled_sql),
  };
}

/** `table` as `schema.name`. */
export function createFingerprintRow(
  runId: RunId,
  table: string,
  fingerprint: Fingerprint,
  recordedAt: number,
): SystemRow {
  return { run_id: runId, table_name: table, fingerprint, recorded_at: recordedAt };
}

function toMicros(at: EpochMs | null): number | null {
  return at === null ? null : Math.round(at * 1000);
}

function toMillis(value: SystemValue | undefined): EpochMs | null {
  return typeof value === 'number' ? value / 1000 : null;
}

function number(value: SystemValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function text(value: SystemValue | undefined): string {
  return textOrNull(value) ?? '';
}

function textOrNull(value: SystemValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function parse<T>(value: SystemValue | undefined): T | null {
  return typeof value === 'string' ? (JSON.parse(value) as T) : null;
}
