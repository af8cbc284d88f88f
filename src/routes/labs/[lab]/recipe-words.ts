import { formatNumber } from '$lib/components/format.ts';
import * as m from '$lib/paraglide/messages.js';
import type { ParamProblem } from '$lib/share/param-check.ts';
import type { RecipeProblem } from '$lib/share/recipe.ts';
import type { ParamSpec } from '../../../../workers/api.ts';

const LABELS: Record<string, () => string> = {
  rowsPerDay: m.lab_param_rowsPerDay,
  days: m.lab_param_days,
  startDate: m.lab_param_startDate,
  seed: m.lab_param_seed,
  dirtRate: m.lab_param_dirtRate,
  workers: m.lab_param_workers,
  compression: m.lab_param_compression,
  source: m.lab_param_source,
};

export function paramLabel(name: string): string {
  return LABELS[name]?.() ?? name;
}

/** Bounds and meaning of a parameter, beside its field. */
export function paramHint(spec: ParamSpec): string | undefined {
  const bounds = { min: formatNumber(spec.min ?? 0, 4), max: formatNumber(spec.max ?? 0, 4) };
  switch (spec.name) {
    case 'rowsPerDay':
      return m.lab_hint_rowsPerDay(bounds);
    case 'startDate':
      return m.lab_hint_startDate();
    case 'seed':
      return m.lab_hint_seed();
    case 'dirtRate':
      return m.lab_hint_dirtRate(bounds);
    case 'workers':
      return m.lab_hint_workers(bounds);
    case 'compression':
      return m.lab_hint_compression();
    default:
      return spec.max === undefined ? undefined : m.lab_bounds(bounds);
  }
}

/** Why a value is refused. */
export function describeParamProblem(problem: ParamProblem): string {
  switch (problem.reason) {
    case 'not-a-number':
      return m.lab_problem_number();
    case 'not-whole':
      return m.lab_problem_whole();
    case 'out-of-bounds':
      return m.lab_problem_bounds({ min: formatNumber(problem.min, 4), max: formatNumber(problem.max, 4) });
    case 'not-a-date':
      return m.lab_problem_date();
    case 'not-a-choice':
      return m.lab_problem_choice({ choices: problem.choices.join(', ') });
  }
}

/** What in the address is no recipe. */
export function describeLinkProblem(problem: RecipeProblem): string {
  return problem.reason === 'unknown-key'
    ? m.lab_link_unknown_key({ key: problem.key })
    : m.lab_link_bad_fingerprint({ text: problem.text });
}
