/** The system tables of a lab, read back as runs. */

import type { EpochMs, RunId } from '../api.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './run-journal.ts';
import { RunRecord } from './run-record.ts';
import { readLogRow, readRunRow, readTaskRow, readTestRow } from './system-rows.ts';
import { keepNewest, type SystemTables } from './system-tables.ts';
import type { SystemRow, SystemTableName } from './system-schema.ts';

interface Read<T> {
  value: T;
  /** When the row was recorded. */
  at: EpochMs;
}

/** All runs of a lab. Never rejects: a table that cannot be read is told to the logger and left out. */
export async function readHistory(tables: SystemTables, logger: Logger): Promise<RunRecord[]> {
  const [runs, tasks, logs, tests] = await Promise.all([
    readTable(tables, 'runs', readRunRow, logger),
    readTable(tables, 'task_runs', (row) => ({ task: readTaskRow(row), number: row.task_number }), logger),
    readTable(tables, 'logs', readLogRow, logger),
    readTable(tables, 'test_results', readTestRow, logger),
  ]);
  const records = new Map<RunId, RunRecord>();
  const hear = (runId: RunId, at: EpochMs): RunRecord | undefined => {
    records.get(runId)?.hear(at);
    return records.get(runId);
  };
  for (const { value: run, at } of runs) {
    records.set(run.runId, new RunRecord(run));
    hear(run.runId, at);
  }
  tasks.sort((a, b) => Number(a.value.number ?? 0) - Number(b.value.number ?? 0));
  for (const { value, at } of tasks) hear(value.task.runId, at)?.addTask(value.task);
  for (const { value: line } of logs) records.get(line.runId)?.addLog(line);
  for (const { value: test, at } of tests) hear(test.runId, at)?.addTest(test);
  return [...records.values()];
}

async function readTable<T>(
  tables: SystemTables,
  name: SystemTableName,
  parse: (row: SystemRow) => T,
  logger: Logger,
): Promise<Read<T>[]> {
  try {
    const rows = keepNewest(name, await tables.read(name));
    return rows.map((row) => ({ value: parse(row), at: Number(row.recorded_at ?? 0) / 1000 }));
  } catch (cause) {
    const table = `${tables.lab}.system.${name}`;
    logger.error(`history: ${table} cannot be read and is left out: ${messageOf(cause)}`, cause);
    return [];
  }
}
