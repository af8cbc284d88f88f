import type { ParamSpec } from '../../../workers/api.ts';

/**
 * Parameters of the transactions lab as the form shows them until the engine has told its own (`LabInfo.params`),
 * so that the form and its checks work before the engine is loaded.
 */
export const TRANSACTIONS_PARAMS: readonly ParamSpec[] = [
  { name: 'rowsPerDay', kind: 'integer', default: 1_000_000, min: 1, max: 5_000_000, step: 1, unit: 'rows' },
  { name: 'days', kind: 'integer', default: 1, min: 1, max: 31, step: 1, unit: 'days' },
  { name: 'startDate', kind: 'date', default: '2025-01-01' },
  { name: 'seed', kind: 'integer', default: 42, min: 0, max: 4_294_967_295, step: 1 },
  { name: 'dirtRate', kind: 'number', default: 0.01, min: 0, max: 0.2, step: 0.005, unit: 'share' },
  { name: 'workers', kind: 'integer', default: countCores(), min: 1, max: 16, step: 1, unit: 'workers' },
  { name: 'compression', kind: 'choice', default: 'zstd', choices: ['zstd', 'snappy', 'none'] },
  { name: 'source', kind: 'choice', default: 'generator', choices: ['generator', 'files'] },
];

export const TRANSACTIONS_GENERATOR = 'transactions-1';

function countCores(): number {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 2;
  return Math.max(1, Math.min(16, cores));
}
