/** The tables of the `system` schema of a lab: what happened, for SQL and for the next start. */

import type { DeltaType, StructType } from '../lake/types.ts';

export type SystemTableName = 'runs' | 'task_runs' | 'logs' | 'test_results' | 'fingerprints';

/** Strings, numbers, and microseconds since the epoch for timestamps. */
export type SystemValue = string | number | null;
export type SystemRow = Record<string, SystemValue>;

export const SYSTEM_SCHEMA_NAME = 'system';

/**
 * Delta schemas. All but `logs` hold one row per change: the row with the greatest `recorded_at` per key is the present
 * state. JSON text in `params`, `fingerprint` and `depends_on`.
 */
export const SYSTEM_TABLES: Record<SystemTableName, StructType> = {
  runs: struct({
    'run_id!': 'string',
    'lab!': 'string',
    'state!': 'string',
    'started_at!': 'timestamp',
    ended_at: 'timestamp',
    duration_ms: 'long',
    rows: 'long',
    bytes: 'long',
    params: 'string',
    generator_version: 'string',
    tasks_total: 'integer',
    tasks_completed: 'integer',
    tasks_failed: 'integer',
    tests_failed: 'integer',
    tests_warned: 'integer',
    message: 'string',
    fingerprint: 'string',
    'recorded_at!': 'timestamp',
  }),
  task_runs: struct({
    'run_id!': 'string',
    'task_id!': 'string',
    task_number: 'integer',
    name: 'string',
    kind: 'string',
    stage: 'string',
    depends_on: 'string',
    'state!': 'string',
    attempt: 'integer',
    started_at: 'timestamp',
    ended_at: 'timestamp',
    rows: 'long',
    bytes: 'long',
    message: 'string',
    'recorded_at!': 'timestamp',
  }),
  logs: struct({
    'run_id!': 'string',
    task_id: 'string',
    'logged_at!': 'timestamp',
    'line_number!': 'long',
    'level!': 'string',
    'message!': 'string',
  }),
  test_results: struct({
    'run_id!': 'string',
    'unique_id!': 'string',
    name: 'string',
    model: 'string',
    column_name: 'string',
    'status!': 'string',
    severity: 'string',
    failures: 'long',
    message: 'string',
    compiled_sql: 'string',
    'recorded_at!': 'timestamp',
  }),
  fingerprints: struct({
    'run_id!': 'string',
    'table_name!': 'string',
    'fingerprint!': 'string',
    'recorded_at!': 'timestamp',
  }),
};

/** Columns that name the thing a row speaks of. */
export const SYSTEM_KEYS: Record<SystemTableName, readonly string[]> = {
  runs: ['run_id'],
  task_runs: ['run_id', 'task_id'],
  logs: ['run_id', 'line_number'],
  test_results: ['run_id', 'unique_id'],
  fingerprints: ['run_id', 'table_name'],
};

/** A `!` at the end of a name means not null. */
function struct(columns: Record<string, DeltaType>): StructType {
  const fields = Object.entries(columns).map(([key, type]) => ({
    name: key.replace(/!$/, ''),
    type,
    nullable: !key.endsWith('!'),
    metadata: {},
  }));
  return { type: 'struct', fields };
}
