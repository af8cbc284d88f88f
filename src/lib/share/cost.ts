import type { RunSummary, TransactionsParams } from '../../../workers/api.ts';

/** Weekends have 0.6 of a weekday's transactions. */
const WEEKEND_SHARE = 0.6;
const DAY_MS = 86_400_000;
/** What a first run costs where nothing is known yet: two cores of a laptop, Zstandard. */
const FIRST_GUESS = { rowsPerSecond: 110_000, bytesPerRow: 25 };
/** What the tasks of a run cost however few the rows, at most. */
const FIXED_MS = 4000;
/** Runs shorter than this say more about starting than about rows. */
const TELLING_ROWS = 50_000;

export interface RunCost {
  rows: number;
  durationMs: number;
  bytes: number;
}

/** Rows that so many days from a start date have, before dirt adds its duplicates. */
export function countRows({
  rowsPerDay,
  days,
  startDate,
}: Pick<TransactionsParams, 'rowsPerDay' | 'days' | 'startDate'>): number {
  const start = Date.parse(`${startDate}T00:00:00Z`);
  let rows = 0;
  for (let day = 0; day < days; day++) {
    const weekday = new Date(start + day * DAY_MS).getUTCDay();
    rows += Math.round(rowsPerDay * (weekday === 0 || weekday === 6 ? WEEKEND_SHARE : 1));
  }
  return rows;
}

/** What a run of so many rows will cost here, learnt from the newest completed run that was big enough to tell. */
export function estimateCost(rows: number, runs: readonly RunSummary[]): RunCost {
  const telling = runs.find(
    (run) => run.state === 'completed' && run.rows >= TELLING_ROWS && run.durationMs !== null,
  );
  const took = telling?.durationMs ?? null;
  const fixedMs = took === null ? FIXED_MS : Math.min(FIXED_MS, took / 2);
  const msPerRow =
    telling && took !== null ? (took - fixedMs) / telling.rows : 1000 / FIRST_GUESS.rowsPerSecond;
  const bytesPerRow = telling && telling.bytes > 0 ? telling.bytes / telling.rows : FIRST_GUESS.bytesPerRow;
  return { rows, durationMs: fixedMs + rows * msPerRow, bytes: rows * bytesPerRow };
}
