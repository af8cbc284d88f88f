import { formatDay, parseDay } from '../calendar.ts';

/** Bound, default and unit of one parameter; the shape of `ParamSpec` in workers/api.ts. */
export interface ParamBounds {
  name: string;
  kind: 'integer' | 'number' | 'date' | 'choice';
  default: number | string;
  min?: number;
  max?: number;
  step?: number;
  unit?: string;
  choices?: string[];
}

/** A parameter is out of its bounds; the message says which, what is allowed and what was given. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
}

/** Every parameter of the transactions lab: the one table that forms and checks share. */
export const TRANSACTIONS_PARAMS: ParamBounds[] = [
  { name: 'rowsPerDay', kind: 'integer', default: 1_000_000, min: 1, max: 5_000_000, step: 1, unit: 'rows' },
  { name: 'days', kind: 'integer', default: 1, min: 1, max: 31, step: 1, unit: 'days' },
  { name: 'startDate', kind: 'date', default: '2025-01-01' },
  { name: 'seed', kind: 'integer', default: 42, min: 0, max: 4_294_967_295, step: 1 },
  { name: 'dirtRate', kind: 'number', default: 0.01, min: 0, max: 0.2, step: 0.005, unit: 'share' },
  { name: 'workers', kind: 'integer', default: 2, min: 1, max: 16, step: 1, unit: 'workers' },
  { name: 'compression', kind: 'choice', default: 'zstd', choices: ['zstd', 'snappy', 'none'] },
  { name: 'source', kind: 'choice', default: 'generator', choices: ['generator', 'files'] },
];

const FIRST_DATE = '1970-01-01';
const LAST_DATE = '2199-12-31';

/**
 * Checks the values of the named parameters. Values of other names are not looked at.
 * @throws ParameterError for the first value that is missing, of the wrong kind or out of bounds.
 */
export function checkParams(values: object, names = TRANSACTIONS_PARAMS.map((param) => param.name)): void {
  const given = new Map<string, unknown>(Object.entries(values));
  for (const param of TRANSACTIONS_PARAMS) {
    if (names.includes(param.name)) checkParam(param, given.get(param.name));
  }
}

function checkParam(param: ParamBounds, value: unknown): void {
  if (isAllowed(param, value)) return;
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  throw new ParameterError(`Parameter ${param.name}: expected ${describeBounds(param)}, got ${shown}.`);
}

function isAllowed(param: ParamBounds, value: unknown): boolean {
  if (param.kind === 'choice') return typeof value === 'string' && (param.choices ?? []).includes(value);
  if (param.kind === 'date') return typeof value === 'string' && isAllowedDate(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (param.kind === 'integer' && !Number.isInteger(value)) return false;
  return value >= (param.min ?? -Infinity) && value <= (param.max ?? Infinity);
}

function isAllowedDate(text: string): boolean {
  const day = parseDay(text);
  return day !== undefined && formatDay(day) >= FIRST_DATE && formatDay(day) <= LAST_DATE;
}

function describeBounds(param: ParamBounds): string {
  if (param.kind === 'choice') return `one of ${(param.choices ?? []).join(', ')}`;
  if (param.kind === 'date') return `a date YYYY-MM-DD from ${FIRST_DATE} to ${LAST_DATE}`;
  const kind = param.kind === 'integer' ? 'a whole number' : 'a number';
  return `${kind} from ${param.min} to ${param.max}`;
}
