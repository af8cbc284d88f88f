/** What happened: runs, tasks, logs, tests and fingerprints, in memory for the page and in the lake for ever. */

import type {
  EpochMs,
  Fingerprint,
  LabName,
  LogLine,
  RunDetail,
  RunId,
  RunSummary,
  TaskRun,
  TestResult,
} from '../api.ts';
import type { Codec } from '../lake/types.ts';
import { messageOf, RunNotFoundError } from './errors.ts';
import { RunJournal, type Logger } from './run-journal.ts';
import { RunRecord } from './run-record.ts';
import {
  createFingerprintRow,
  createLogRow,
  createRunRow,
  createTaskRow,
  createTestRow,
  readLogRow,
  readRunRow,
  readTaskRow,
  readTestRow,
} from './system-rows.ts';
import { keepNewest, SystemTables, type SystemLake } from './system-tables.ts';
import { SYSTEM_TABLES, type SystemRow, type SystemTableName } from './system-schema.ts';
import type { Timer } from './timer.ts';

export interface HistoryOptions {
  lake: SystemLake;
  codec: Codec;
  timer: Timer;
  logger: Logger;
  /** Whether the process of a run still lives: is the Web Lock `run:<id>` held? */
  isRunAlive(runId: RunId): Promise<boolean>;
}

const TABLE_NAMES = Object.keys(SYSTEM_TABLES) as SystemTableName[];

/**
 * The history of all labs. Reading answers from memory; writing goes to memory at once and to the lab's system tables
 * within seconds. Faults of the tables are told to the logger and never stop a run or the engine.
 */
export class History {
  readonly #records = new Map<RunId, RunRecord>();
  readonly #journals = new Map<RunId, RunJournal>();
  readonly #tables = new Map<LabName, SystemTables>();

  constructor(readonly options: HistoryOptions) {}

  /**
   * Reads a lab's history back. Runs that say they run and do not are marked crashed, here and in the tables.
   * Never rejects: what cannot be read is told to the logger and is empty.
   */
  async load(lab: LabName): Promise<void> {
    const tables = this.#tablesOf(lab);
    const [runs, tasks, logs, tests] = await Promise.all(
      (['runs', 'task_runs', 'logs', 'test_results'] as const).map((name) => this.#readTable(tables, name)),
    );
    for (const row of runs ?? []) this.#takeRow(row, readRunRow);
    const inFlowOrder = (tasks ?? []).sort((a, b) => Number(a.task_number ?? 0) - Number(b.task_number ?? 0));
    for (const row of inFlowOrder) this.#takePart(row, (record) => addTask(record, readTaskRow(row)));
    for (const row of logs ?? []) this.#takePart(row, (record) => addLog(record, readLogRow(row)));
    for (const row of tests ?? []) this.#takePart(row, (record) => addTest(record, readTestRow(row)));
    await this.#markCrashed(lab);
    for (const name of TABLE_NAMES) void this.#compact(tables, name);
  }

  /** Newest first; of one lab, or of all. */
  runs(lab?: LabName): RunSummary[] {
    const summaries = [...this.#records.values()].map(({ summary }) => summary);
    return summaries
      .filter((run) => lab === undefined || run.lab === lab)
      .sort((a, b) => b.startedAt - a.startedAt || (a.runId < b.runId ? 1 : -1));
  }

  /** @throws RunNotFoundError */
  detail(runId: RunId): RunDetail {
    return this.#record(runId).detail;
  }

  /** In the order they were said. @throws RunNotFoundError */
  logs(runId: RunId): LogLine[] {
    return [...this.#record(runId).logs];
  }

  /** Writes the run's row, and resolves when it is in the lake: nothing of the run may happen before. */
  async startRun(run: RunSummary, tasks: TaskRun[]): Promise<void> {
    const { timer, logger } = this.options;
    const journal = new RunJournal(run.runId, this.#tablesOf(run.lab), timer, logger);
    this.#records.set(run.runId, new RunRecord(run));
    this.#journals.set(run.runId, journal);
    journal.add('runs', createRunRow(run, journal.stamp()));
    await journal.flush();
    for (const task of tasks) this.recordTask(task);
  }

  /** Changes the run's summary in memory; it is written when the run ends. */
  updateRun(run: RunSummary): void {
    this.#record(run.runId).summary = run;
  }

  recordTask(task: TaskRun): void {
    const record = this.#record(task.runId);
    addTask(record, { ...task });
    this.#journal(task.runId, (journal) => addTaskRow(journal, record, task));
  }

  recordTest(test: TestResult): void {
    addTest(this.#record(test.runId), test);
    this.#journal(test.runId, (journal) => journal.add('test_results', createTestRow(test, journal.stamp())));
  }

  recordLog(line: LogLine): void {
    const record = this.#record(line.runId);
    const kept = addLog(record, line);
    if (!kept) return;
    this.#journal(line.runId, (journal) => journal.add('logs', createLogRow(kept, record.logs.length)));
  }

  /** `table` as `schema.name`. */
  recordFingerprint(runId: RunId, table: string, fingerprint: Fingerprint): void {
    this.#journal(runId, (journal) =>
      journal.add('fingerprints', createFingerprintRow(runId, table, fingerprint, journal.stamp())),
    );
  }

  /** Writes all that is left, then the run's last row; resolves when it is in the lake. */
  async endRun(run: RunSummary): Promise<void> {
    this.updateRun(run);
    const journal = this.#journals.get(run.runId);
    if (!journal) return;
    await journal.flush();
    journal.add('runs', createRunRow(run, journal.stamp()));
    await journal.flush();
    this.#journals.delete(run.runId);
  }

  #takeRow(row: SystemRow, read: (row: SystemRow) => RunSummary): void {
    const run = read(row);
    // A run of this very process knows more than its row.
    if (this.#journals.has(run.runId)) return;
    const record = new RunRecord(run);
    record.lastKnownAt = Math.max(record.lastKnownAt, Number(row.recorded_at ?? 0) / 1000);
    this.#records.set(run.runId, record);
  }

  #takePart(row: SystemRow, add: (record: RunRecord) => void): void {
    const runId = String(row.run_id);
    const record = this.#records.get(runId);
    if (!record || this.#journals.has(runId)) return;
    add(record);
    hear(record, Number(row.recorded_at ?? 0) / 1000);
  }

  async #markCrashed(lab: LabName): Promise<void> {
    for (const { summary } of [...this.#records.values()]) {
      const isOpen = summary.lab === lab && summary.state === 'running' && !this.#journals.has(summary.runId);
      if (isOpen && !(await this.#isAlive(summary.runId))) await this.#markRunCrashed(summary.runId);
    }
  }

  async #isAlive(runId: RunId): Promise<boolean> {
    try {
      return await this.options.isRunAlive(runId);
    } catch (cause) {
      this.options.logger.error(`cannot tell whether run ${runId} still runs: ${messageOf(cause)}`, cause);
      return true;
    }
  }

  async #markRunCrashed(runId: RunId): Promise<void> {
    const { timer, logger } = this.options;
    const record = this.#record(runId);
    const journal = new RunJournal(runId, this.#tablesOf(record.summary.lab), timer, logger);
    for (const task of record.markCrashed()) addTaskRow(journal, record, task);
    logger.warn(`run ${runId} crashed: ${record.summary.message ?? ''}`);
    await journal.flush();
    journal.add('runs', createRunRow(record.summary, journal.stamp()));
    await journal.flush();
  }

  async #readTable(tables: SystemTables, name: SystemTableName): Promise<SystemRow[]> {
    try {
      return keepNewest(name, await tables.read(name));
    } catch (cause) {
      const table = `${tables.lab}.system.${name}`;
      this.options.logger.error(
        `history: ${table} cannot be read and is left out: ${messageOf(cause)}`,
        cause,
      );
      return [];
    }
  }

  async #compact(tables: SystemTables, name: SystemTableName): Promise<void> {
    try {
      await tables.compact(name);
    } catch (cause) {
      const table = `${tables.lab}.system.${name}`;
      this.options.logger.warn(`history: the files of ${table} were not merged: ${messageOf(cause)}`, cause);
    }
  }

  #tablesOf(lab: LabName): SystemTables {
    let tables = this.#tables.get(lab);
    if (!tables)
      this.#tables.set(lab, (tables = new SystemTables(lab, this.options.lake, this.options.codec)));
    return tables;
  }

  #journal(runId: RunId, write: (journal: RunJournal) => void): void {
    const journal = this.#journals.get(runId);
    if (journal) write(journal);
  }

  #record(runId: RunId): RunRecord {
    const record = this.#records.get(runId);
    if (!record) throw new RunNotFoundError(runId);
    return record;
  }
}

function addTask(record: RunRecord, task: TaskRun): void {
  record.tasks.set(task.taskId, task);
}

function addTaskRow(journal: RunJournal, record: RunRecord, task: TaskRun): void {
  const taskNumber = [...record.tasks.keys()].indexOf(task.taskId) + 1;
  journal.add('task_runs', createTaskRow(task, taskNumber, journal.stamp()));
}

function addTest(record: RunRecord, test: TestResult): void {
  record.tests.set(test.uniqueId, test);
}

function addLog(record: RunRecord, line: LogLine): LogLine | null {
  hear(record, line.at);
  return record.addLog(line);
}

function hear(record: RunRecord, at: EpochMs): void {
  record.lastKnownAt = Math.max(record.lastKnownAt, at);
}
