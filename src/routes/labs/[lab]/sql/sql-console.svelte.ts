import { engine, toErrorShape } from '$lib/engine.svelte.ts';
import { openGridIpc, type GridTable } from '$lib/grid/grid-table.ts';
import type { ErrorShape, LabName } from '../../../../../workers/api.ts';
import { addToHistory, readHistory, writeHistory, type HistoryItem } from './query-history.ts';
import type { Statement } from './query-text.ts';

/** Rows a query may bring unless the reader asks for more. */
export const DEFAULT_LIMIT = 1_000_000;

export interface ConsoleResult {
  table: GridTable;
  ipc: Uint8Array;
  truncated: boolean;
  limit: number;
  elapsedMs: number;
}

/** How the last query ended, or that it has not. */
export type ConsoleOutcome =
  | { state: 'idle' }
  | { state: 'running' }
  | { state: 'done'; result: ConsoleResult }
  | { state: 'failed'; error: ErrorShape; statement: Statement; elapsedMs: number }
  | { state: 'cancelled'; elapsedMs: number };

/** One query at a time: run, cancel, time, history. */
export class SqlConsole {
  outcome = $state.raw<ConsoleOutcome>({ state: 'idle' });
  /** Milliseconds since the running query began. */
  elapsedMs = $state(0);
  history = $state.raw<HistoryItem[]>([]);
  #queryId: string | null = null;
  #asked = 0;

  constructor(readonly lab: LabName) {
    this.history = readHistory(localStorage, lab);
  }

  get running(): boolean {
    return this.outcome.state === 'running';
  }

  /** Runs a statement; answers when it has ended. A query that is running is cancelled first. */
  async run(statement: Statement, limit: number): Promise<void> {
    if (this.running) await this.cancel();
    const queryId = `console-${Date.now().toString(36)}-${++this.#asked}`;
    const started = performance.now();
    this.#queryId = queryId;
    this.elapsedMs = 0;
    this.outcome = { state: 'running' };
    const clock = setInterval(() => (this.elapsedMs = performance.now() - started), 100);
    try {
      await engine.ready;
      const answer = await engine.api.queryArrow(statement.sql, { lab: this.lab, queryId, limit });
      if (this.#queryId !== queryId) return;
      const { ipc, truncated, elapsedMs, columns, numRows } = answer;
      this.outcome = {
        state: 'done',
        result: { table: openGridIpc(ipc, columns), ipc, truncated, limit, elapsedMs },
      };
      this.#remember(statement.sql, numRows, elapsedMs);
    } catch (thrown) {
      if (this.#queryId !== queryId) return;
      const elapsedMs = performance.now() - started;
      this.outcome = { state: 'failed', error: toErrorShape(thrown), statement, elapsedMs };
      this.#remember(statement.sql, null, elapsedMs);
    } finally {
      clearInterval(clock);
    }
  }

  /** Stops the running query. The page is free at once; the engine stops within its own time. */
  async cancel(): Promise<void> {
    const queryId = this.#queryId;
    if (!this.running || queryId === null) return;
    this.#queryId = null;
    this.outcome = { state: 'cancelled', elapsedMs: this.elapsedMs };
    await engine.api.cancelQuery(queryId);
  }

  forget(): void {
    this.history = [];
    writeHistory(localStorage, this.lab, []);
  }

  #remember(sql: string, rows: number | null, elapsedMs: number): void {
    this.history = addToHistory(this.history, { sql, at: Date.now(), rows, elapsedMs });
    writeHistory(localStorage, this.lab, this.history);
  }
}
