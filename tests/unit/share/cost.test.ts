import { expect, test } from 'vitest';
import { countRows, estimateCost } from '../../../src/lib/share/cost.ts';
import type { RunSummary } from '../../../workers/api.ts';

const run = (change: Partial<RunSummary>): RunSummary => ({
  ...{
    runId: 'r',
    lab: 'transactions',
    state: 'completed',
    startedAt: 0,
    endedAt: 10_000,
    durationMs: 10_000,
  },
  ...{
    rows: 1_000_000,
    bytes: 50_000_000,
    params: {},
    generatorVersion: 'transactions-1',
    message: null,
    fingerprint: null,
  },
  ...{ tasksTotal: 1, tasksCompleted: 1, tasksFailed: 0, testsFailed: 0, testsWarned: 0 },
  ...change,
});

test('weekends have 0.6 of a weekday', () => {
  // 2025-01-03 is a Friday.
  expect(countRows({ rowsPerDay: 1000, days: 3, startDate: '2025-01-03' })).toBe(1000 + 600 + 600);
});

test('the newest completed run that was big enough sets the price of a row, over what every run costs', () => {
  const small = run({ rows: 100, durationMs: 2000 });
  const failed = run({ state: 'failed', durationMs: 1 });
  const cost = estimateCost(2_000_000, [small, failed, run({}), run({ durationMs: 90_000 })]);
  expect(cost).toEqual({ rows: 2_000_000, durationMs: 4000 + 2 * 6000, bytes: 100_000_000 });
});

test('without a run there is a first guess that grows with the rows', () => {
  const [one, two] = [estimateCost(1_000_000, []), estimateCost(2_000_000, [])];
  expect(one.durationMs).toBeGreaterThan(0);
  expect(two.durationMs).toBeGreaterThan(one.durationMs);
  expect(two.bytes).toBe(2 * one.bytes);
});
