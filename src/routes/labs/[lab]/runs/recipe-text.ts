import { formatCompact, formatPercent } from '$lib/components/format.ts';
import type { RunSummary } from '../../../../../workers/api.ts';

/** The recipe of a run in few words: `1 M × 1, 2025-01-01, seed 42, dirt 1.0 %`. */
export function recipeText({ params }: RunSummary): string {
  if (params['source'] === 'files') return 'files';
  const parts = [
    `${formatCompact(Number(params['rowsPerDay'] ?? 0))} × ${params['days'] ?? 1}`,
    String(params['startDate'] ?? ''),
    `seed ${params['seed'] ?? ''}`,
    `dirt ${formatPercent(Number(params['dirtRate'] ?? 0))}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Rows landed per second; null while it runs. */
export function rowRate({ rows, durationMs }: RunSummary): number | null {
  return durationMs === null || durationMs === 0 || rows === 0
    ? null
    : Math.round((rows / durationMs) * 1000);
}
