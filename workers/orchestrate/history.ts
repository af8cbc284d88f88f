/** What happened: runs, tasks, logs, tests and fingerprints, in memory for the page and in the lake for ever. */

import type {
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
import { readHistory } from './history-reader.ts';
import { RunJournal, type Logger } from './run-journal.ts';
import { RunRecord } from './run-record.ts';
import { SystemTables, type SystemLake } from './system-tables.ts';
import { SYSTEM_TABLES, type SystemTableName } from './system-schema.ts';
import type { Timer } from './timer.ts';

export interface HistoryOptions {
  lake: SystemLake;
  codec: Codec;
  timer: Timer;
  logger: Logger;
  /** Whether the process of a run still lives: is the Web Lock `run:<id>` held? */
  isRunAlive(runId: RunId): Promise<boolean>;
  /** Called after each commit to a lab's system tables: their versions have changed. */
  onWrite?(lab: LabName): void;
}

const TABLE_NAMES = Object.keys(SYSTEM_TABLES) as SystemTableName[];

/**
 * The history of all labs. Reading answers from memory; writing goes to memory at once and to the lab's system tables
 * within seconds. Faults of the tables are told to the logger and never stop a run or the engine.
 */
export class History {
  readonly #records = new Map<RunId, RunRecord>();
  /** Runs of this very process. */
  readonly #journals = new Map<RunId, RunJournal>();
  readonly #tables = new Map<LabName, SystemTables>();

  constructor(readonly options: HistoryOptions) {}

  /**
   * Reads a lab's history back. Runs that say they run and do not are marked crashed, here and in the tables. Never
   * rejects: what cannot be read is told to the logger and is empty. Small files are merged behind the caller's back.
   */
  async load(lab: LabName): Promise<void> {
    const tables = this.#tablesOf(lab);
    for (const record of await readHistory(tables, this.options.logger)) {
      const { runId, state } = record.summary;
      if (this.#journals.has(runId)) continue;
      this.#records.set(runId, record);
      if (state === 'running' && !(await this.#isAlive(runId))) await this.#markCrashed(record);
    }
    for (const name of TABLE_NAMES) void this.#compact(tables, name);
  }

  /** Reads a lab's history again, because its tables were deleted or exchanged. */
  async reload(lab: LabName): Promise<void> {
    for (const [runId, { summary }] of this.#records) {
      if (summary.lab === lab) this.#records.delete(runId);
    }
    await this.load(lab);
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
    const journal = this.#createJournal(run);
    this.#records.set(run.runId, new RunRecord(run));
    this.#journals.set(run.runId, journal);
    journal.addRun(run);
    await journal.flush();
    for (const task of tasks) this.recordTask(task);
  }

  /** Changes the run's summary in memory; it is written when the run ends. */
  updateRun(run: RunSummary): void {
    this.#record(run.runId).summary = run;
  }

  recordTask(task: TaskRun): void {
    const taskNumber = this.#record(task.runId).addTask(task);
    this.#journals.get(task.runId)?.addTask(task, taskNumber);
  }

  recordTest(test: TestResult): void {
    this.#record(test.runId).addTest(test);
    this.#journals.get(test.runId)?.addTest(test);
  }

  recordLog(line: LogLine): void {
    const { logs } = this.#record(line.runId);
    const kept = this.#record(line.runId).addLog(line);
    if (kept) this.#journals.get(line.runId)?.addLog(kept, logs.length);
  }

  /** `table` as `schema.name`. */
  recordFingerprint(runId: RunId, table: string, fingerprint: Fingerprint): void {
    this.#journals.get(runId)?.addFingerprint(table, fingerprint);
  }

  /** Writes all that is left, then the run's last row; resolves when it is in the lake. */
  async endRun(run: RunSummary): Promise<void> {
    this.updateRun(run);
    const journal = this.#journals.get(run.runId);
    if (!journal) return;
    await journal.flush();
    journal.addRun(run);
    await journal.close();
    this.#journals.delete(run.runId);
  }

  /** A lock that cannot be asked for is taken as held: better a run that seems to live than one declared dead. */
  async #isAlive(runId: RunId): Promise<boolean> {
    try {
      return await this.options.isRunAlive(runId);
    } catch (cause) {
      this.options.logger.error(`cannot tell whether run ${runId} still runs: ${messageOf(cause)}`, cause);
      return true;
    }
  }

  async #markCrashed(record: RunRecord): Promise<void> {
    const journal = this.#createJournal(record.summary);
    for (const task of record.markCrashed()) journal.addTask(task, record.addTask(task));
    this.options.logger.warn(`run ${record.summary.runId} crashed: ${record.summary.message ?? ''}`);
    await journal.flush();
    journal.addRun(record.summary);
    await journal.close();
  }

  async #compact(tables: SystemTables, name: SystemTableName): Promise<void> {
    try {
      await tables.compact(name);
    } catch (cause) {
      const table = `${tables.lab}.system.${name}`;
      this.options.logger.warn(`history: the files of ${table} were not merged: ${messageOf(cause)}`, cause);
    }
  }

  #createJournal({ runId, lab }: RunSummary): RunJournal {
    return new RunJournal(runId, this.#tablesOf(lab), this.options.timer, this.options.logger);
  }

  #tablesOf(lab: LabName): SystemTables {
    const { lake, codec } = this.options;
    const onWrite = () => this.options.onWrite?.(lab);
    const tables = this.#tables.get(lab) ?? new SystemTables(lab, lake, codec, onWrite);
    this.#tables.set(lab, tables);
    return tables;
  }

  #record(runId: RunId): RunRecord {
    const record = this.#records.get(runId);
    if (!record) throw new RunNotFoundError(runId);
    return record;
  }
}
