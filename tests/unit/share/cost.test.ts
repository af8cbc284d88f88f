import { expect, test } from 'vitest';
import { countRows, estimateCost } from '../../../src/lib/share/cost.ts';
import type { RunSummary } from '../../../workers/api.ts';

const run = (change: Partial<RunSummary>): RunSummary => ({
  runId: 'r',
  lab: 'transactions',
  state: 'completed',
  startedAt: 0,
  endedAt: 10_000,
  durationMs: 10_000,
  rows: 1_000_000,
  bytes: 50_000_000,
  params: {},
  generatorVersion: 'transactions-1',
  message: null,
  fingerprint: null,
  tasksTotal: 1,
  tasksCompleted: 1,
  tasksFailed: 0,
  testsFailed: 0,
  testsWarned: 0,
  ...change,
});

test('weekends have 0.6 of a weekday', () => {
  // 2025-01-03 is a Friday.
  expect(countRows({ rowsPerDay: 1000, days: 3, startDate: '2025-01-03' })).toBe(1000 + 600 + 600);
});

test('the completed run nearest in size says how fast this machine is, the newest of several', () => {
  const failed = run({ state: 'failed', durationMs: 1 });
  const small = run({ rows: 10_000, bytes: 900_000, durationMs: 3000 });
  const runs = [failed, small, run({}), run({ durationMs: 90_000 })];
  const near = estimateCost(1_000_000, runs);
  expect(near.durationMs).toBeCloseTo(10_000);
  expect(near.bytes).toBe(50_000_000);
  expect(estimateCost(10_000, runs).durationMs).toBeCloseTo(3000);
  expect(estimateCost(2_000_000, runs).durationMs).toBeGreaterThan(15_000);
});

test('after a small run only, a big one is not priced as if every row cost what starting costs', () => {
  const small = run({ rows: 10_000, bytes: 900_000, durationMs: 2500 });
  const cost = estimateCost(4_200_000, [small]);
  expect(cost.durationMs).toBeGreaterThan(30_000);
  expect(cost.durationMs).toBeLessThan(50_000);
  expect(cost.bytes).toBe(25 * 4_200_000);
});

test('without a run there is a first guess that grows with the rows', () => {
  const [one, two] = [estimateCost(1_000_000, []), estimateCost(2_000_000, [])];
  expect(one.durationMs).toBeGreaterThan(0);
  expect(two.durationMs).toBeGreaterThan(one.durationMs);
  expect(two.bytes).toBe(2 * one.bytes);
});
