import type { ParamSpec, TransactionsParams } from '../../../workers/api.ts';

/** The parameters of a form or an address as people wrote them, by parameter name. */
export type ParamTexts = Record<string, string>;

/** Why a text is no value of its parameter; the page puts it in words. */
export type ParamProblem = { name: string; text: string } & (
  | { reason: 'not-a-number' }
  | { reason: 'not-whole' }
  | { reason: 'out-of-bounds'; min: number; max: number }
  | { reason: 'not-a-date' }
  | { reason: 'not-a-choice'; choices: readonly string[] }
);

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const FIRST_DAY = '1970-01-01';
const LAST_DAY = '2199-12-31';
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Checks one text against its specification; null when it is a value. */
export function checkParam(spec: ParamSpec, text: string): ParamProblem | null {
  const name = spec.name;
  if (spec.kind === 'date') return isDate(text) ? null : { name, text, reason: 'not-a-date' };
  if (spec.kind === 'choice') {
    const choices = spec.choices ?? [];
    return choices.includes(text) ? null : { name, text, reason: 'not-a-choice', choices };
  }
  if (!NUMBER.test(text)) return { name, text, reason: 'not-a-number' };
  const value = Number(text);
  if (spec.kind === 'integer' && !Number.isInteger(value)) return { name, text, reason: 'not-whole' };
  const min = spec.min ?? -Infinity;
  const max = spec.max ?? Infinity;
  return value < min || value > max ? { name, text, reason: 'out-of-bounds', min, max } : null;
}

/** Checks every parameter; a missing text counts as the default. */
export function checkParams(specs: readonly ParamSpec[], texts: ParamTexts): ParamProblem[] {
  return specs.flatMap((spec) => checkParam(spec, texts[spec.name] ?? String(spec.default)) ?? []);
}

/** The typed parameters of texts that have no problem; throws a `RangeError` otherwise. */
export function readParams(specs: readonly ParamSpec[], texts: ParamTexts): Partial<TransactionsParams> {
  const problem = checkParams(specs, texts)[0];
  if (problem) throw new RangeError(`${problem.name}: ${problem.text} is refused (${problem.reason})`);
  return Object.fromEntries(
    specs.map((spec) => {
      const text = texts[spec.name] ?? String(spec.default);
      return [spec.name, spec.kind === 'integer' || spec.kind === 'number' ? Number(text) : text];
    }),
  );
}

/** A real day of the calendar, `YYYY-MM-DD`, in the years that the generator knows. */
function isDate(text: string): boolean {
  if (!DATE.test(text) || text < FIRST_DAY || text > LAST_DAY) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
