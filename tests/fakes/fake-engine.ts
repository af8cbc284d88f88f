import type {
  EngineApi,
  EngineEvent,
  EngineStatus,
  ImportReport,
  TransactionsParams,
} from '../../workers/api.ts';
import { fakeDashboards } from './fake-dashboards.ts';
import { FAKE_LAB, fakeRows } from './fake-data.ts';
import { planFakeTasks } from './fake-flow.ts';
import { FakeJobs } from './fake-jobs.ts';
import { FakeLake } from './fake-lake.ts';
import { fakeMaintenance } from './fake-maintenance.ts';
import { FakeRun } from './fake-run.ts';
import { fakeStorage } from './fake-storage.ts';
import { askWarehouse, cancelAsked } from './fake-warehouse.ts';

const DEFAULTS: TransactionsParams = {
  rowsPerDay: 1_000_000,
  days: 1,
  startDate: '2025-01-01',
  seed: 42,
  dirtRate: 0.01,
  workers: 2,
  compression: 'zstd',
  source: 'generator',
};
const START_MS = 700;
const HISTORY_KEY = 'tarn.fake.runs';

/**
 * An engine that pretends, for working on pages: believable data and runs of about ten seconds.
 * `vite dev --mode fake` uses it; `?memory` in the address makes the lake a memory lake, `?empty` one without tables, `?problems` one
 * with damaged tables, `?stopped` an engine that cannot start.
 */
export function createFakeEngine(): EngineApi {
  const flags = new URL(openedAddress()).searchParams;
  const listeners = new Set<(event: EngineEvent) => void>();
  const runs = new Map<string, FakeRun>();
  const past = readPast();
  let report: ImportReport | null = null;
  let status: EngineStatus = { state: 'starting' };

  const emit = (event: EngineEvent) => listeners.forEach((listener) => listener(event));
  const become = (next: EngineStatus) => {
    status = next;
    emit({ type: 'status', status });
  };
  const details = () =>
    [...[...runs.values()].map((run) => run.detail), ...past.map((one) => one.detail)].sort(
      (a, b) => b.startedAt - a.startedAt,
    );
  const lake = new FakeLake({ empty: flags.has('empty'), problems: flags.has('problems') });
  const jobs = new FakeJobs(emit);
  const changed = () => emit({ type: 'tables', lab: 'transactions' });
  const answer = <T>(value: T, ms = 60) => new Promise<T>((resolve) => setTimeout(resolve, ms, value));

  setTimeout(() => {
    become(
      flags.has('stopped')
        ? { state: 'stopped', reason: 'DuckDB could not be compiled: out of memory.' }
        : { state: 'ready' },
    );
  }, START_MS);

  return {
    labs: () => answer([{ ...FAKE_LAB, dashboards: fakeDashboards() }]),
    async run(_lab, params) {
      const runId = `run-${Date.now().toString(36)}`;
      const run = new FakeRun(runId, { ...DEFAULTS, ...params }, emit);
      runs.set(runId, run);
      become({ state: 'busy', what: 'run' });
      const outcome = await run.play();
      become({ state: 'ready' });
      changed();
      writePast([{ detail: run.detail, lines: run.lines }, ...readPast()].slice(0, 5));
      return outcome;
    },
    async cancel(runId) {
      runs.get(runId)?.cancel();
      await answer(null, 200);
    },
    runs: () => answer(details()),
    async runDetail(runId) {
      const found = details().find((one) => one.runId === runId);
      if (!found)
        throw {
          name: 'RunNotFoundError',
          message: `There is no run ${runId} in this lake.`,
          hint: 'Runs live in this browser only.',
        };
      return answer(found);
    },
    logs: (runId) =>
      answer(runs.get(runId)?.lines ?? past.find((one) => one.detail.runId === runId)?.lines ?? []),
    plan: (_lab, params) => answer(planFakeTasks('plan', params?.days ?? 1)),
    query: (_sql, options) => answer(fakeRows(Math.min(options?.limit ?? 500, 500)), 200),
    queryArrow: (sql, options) => askWarehouse(sql, options),
    cancelQuery: (queryId) => cancelAsked(queryId),
    toParquet: (ipc) => answer(ipc),
    tables: () => answer(lake.list()),
    tableDetail: async (table, _lab, at) => answer(lake.detail(table, at)),
    history: async (table) => answer(lake.history(table)),
    ...fakeMaintenance(lake, jobs, changed),
    ...fakeStorage(lake, jobs, flags.has('memory'), changed),
    role: () => answer({ role: 'leader', tabs: 1 }),
    takeOver: () => answer(undefined),
    fingerprint: () => answer(details()[0]?.fingerprint ?? {}),
    async importFiles(lab, source, files) {
      const bad = files.find((file) => /bad/.test(file.name));
      if (bad) {
        throw {
          name: 'ImportError',
          file: bad.name,
          line: 3,
          message: `${bad.name}: column amount must be a number.\nLine 3: amount = "twelve"\nLine 9: amount = "n/a"`,
          hint: 'Mend these lines and drop the files again; nothing was imported.',
        };
      }
      const own = files.map((file) => ({
        name: file.name,
        rows: Math.round(file.size / 120),
        bytes: file.size,
      }));
      report = { lab, source, files: own, rows: own.reduce((sum, file) => sum + file.rows, 0) };
      return answer(report, 600);
    },
    imported: () => answer(report),
    async clearImport() {
      report = null;
      await answer(null);
    },
    exportTable: (table) => answer(new Blob([table])),
    status: () => answer(status, 10),
    async subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The address the page was opened with: the lab page rewrites its own before this engine is made. */
function openedAddress(): string {
  return performance.getEntriesByType('navigation')[0]?.name ?? location.href;
}

type Past = { detail: FakeRun['detail']; lines: FakeRun['lines'] };

function readPast(): Past[] {
  return JSON.parse(localStorage.getItem(HISTORY_KEY) ?? '[]') as Past[];
}

function writePast(past: Past[]): void {
  localStorage.setItem(HISTORY_KEY, JSON.stringify(past));
}
