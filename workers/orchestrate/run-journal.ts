/** What a lab's runs have to say, gathered and written to the system tables now and then. */

import type { Fingerprint, LogLine, RunId, RunSummary, TaskRun, TestResult } from '../api.ts';
import { messageOf } from './errors.ts';
import {
  createFingerprintRow,
  createLogRow,
  createRunRow,
  createTaskRow,
  createTestRow,
} from './system-rows.ts';
import { keepNewest, type SystemTables } from './system-tables.ts';
import type { SystemRow, SystemTableName } from './system-schema.ts';
import type { Timer } from './timer.ts';

/** Where this room tells of faults that must not stop it. */
export interface Logger {
  warn(message: string, cause?: unknown): void;
  error(message: string, cause?: unknown): void;
}

/** First wait of a run before its rows are written, ms; each next one is twice as long, for fewer small files. */
const FIRST_FLUSH_MS = 2000;
const LAST_FLUSH_MS = 16_000;

export class RunJournal {
  readonly #rows = new Map<SystemTableName, SystemRow[]>();
  #interval = FIRST_FLUSH_MS;
  #stopTimer: (() => void) | null = null;
  #lastMicros = 0;

  constructor(
    readonly runId: RunId,
    readonly tables: SystemTables,
    readonly timer: Timer,
    readonly logger: Logger,
  ) {}

  addRun(run: RunSummary): void {
    this.#add('runs', createRunRow(run, this.#stamp()));
  }

  addTask(task: TaskRun, taskNumber: number): void {
    this.#add('task_runs', createTaskRow(task, taskNumber, this.#stamp()));
  }

  addTest(test: TestResult): void {
    this.#add('test_results', createTestRow(test, this.#stamp()));
  }

  addLog(line: LogLine, lineNumber: number): void {
    this.#add('logs', createLogRow(line, lineNumber));
  }

  addFingerprint(table: string, fingerprint: Fingerprint): void {
    this.#add('fingerprints', createFingerprintRow(this.runId, table, fingerprint, this.#stamp()));
  }

  /**
   * Writes what was added; of rows that speak of the same thing only the last. A table that cannot be written is told to
   * the logger and its rows are kept for the next flush: history never stops a run.
   */
  async flush(): Promise<void> {
    this.#stopTimer?.();
    this.#stopTimer = null;
    const batches = [...this.#rows];
    this.#rows.clear();
    await Promise.all(batches.map(([name, rows]) => this.#write(name, keepNewest(name, rows))));
  }

  /** Writes what is left; what cannot be written now is given up. */
  async close(): Promise<void> {
    await this.flush();
    this.#rows.clear();
    this.#stopTimer?.();
  }

  /** Keeps a row until the next flush. */
  #add(name: SystemTableName, row: SystemRow): void {
    const rows = this.#rows.get(name) ?? [];
    rows.push(row);
    this.#rows.set(name, rows);
    this.#stopTimer ??= this.timer.after(this.#interval, () => {
      this.#stopTimer = null;
      this.#interval = Math.min(this.#interval * 2, LAST_FLUSH_MS);
      void this.flush();
    });
  }

  /** A strictly growing time in microseconds: rows of one millisecond keep their order. */
  #stamp(): number {
    this.#lastMicros = Math.max(Math.round(this.timer.now() * 1000), this.#lastMicros + 1);
    return this.#lastMicros;
  }

  async #write(name: SystemTableName, rows: SystemRow[]): Promise<void> {
    try {
      await this.tables.append(name, rows, this.runId);
    } catch (cause) {
      const table = `${this.tables.lab}.system.${name}`;
      this.logger.error(
        `history of run ${this.runId} was not written to ${table}: ${messageOf(cause)}`,
        cause,
      );
      this.#rows.set(name, [...rows, ...(this.#rows.get(name) ?? [])]);
    }
  }
}
