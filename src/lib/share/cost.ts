import type { RunSummary, TransactionsParams } from '../../../workers/api.ts';

/** Weekends have 0.6 of a weekday's transactions. */
const WEEKEND_SHARE = 0.6;
const DAY_MS = 86_400_000;
/**
 * A run on two cores with Zstandard, rounded: 5 000 rows x 2 days took 2.5 s, 1 000 000 rows x 1 day 8.2 s, and x 5 days 34.7 s.
 * Other machines are slower or faster by a factor that their own runs tell.
 */
const REFERENCE = { fixedMs: 2000, msPerRow: 0.0077, bytesPerRow: 25 };
/** Runs shorter than this say more about small tables than about the bytes of a row. */
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

/** What a run of so many rows will cost here: as the completed run nearest in size went, newest first, else as the reference did. */
export function estimateCost(rows: number, runs: readonly RunSummary[]): RunCost {
  const completed = runs.filter((run) => run.state === 'completed' && run.rows > 0);
  const timed = nearestRun(completed, rows);
  const pace = timed?.durationMs ? timed.durationMs / referenceMs(timed.rows) : 1;
  const sized = nearestRun(
    completed.filter((run) => run.rows >= TELLING_ROWS && run.bytes > 0),
    rows,
  );
  const bytesPerRow = sized ? sized.bytes / sized.rows : REFERENCE.bytesPerRow;
  return { rows, durationMs: pace * referenceMs(rows), bytes: rows * bytesPerRow };
}

function referenceMs(rows: number): number {
  return REFERENCE.fixedMs + rows * REFERENCE.msPerRow;
}

/** Of equally near runs the first, which is the newest. */
function nearestRun(runs: readonly RunSummary[], rows: number): RunSummary | undefined {
  const distance = (run: RunSummary) => Math.abs(Math.log(run.rows / Math.max(1, rows)));
  return [...runs].sort((a, b) => distance(a) - distance(b))[0];
}
