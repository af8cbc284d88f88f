import type { FilterSpec } from './dashboard-spec.ts';
import { isDateRange, type FilterValues } from './filter-values.ts';

const PLACE = /\{\{\s*filters\s*\}\}/g;

/** Text as an SQL literal: it ends where it should, whatever is in it. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier; dots separate quoted parts. */
export function quoteIdentifier(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

function writePredicate(filter: FilterSpec, values: FilterValues): string | null {
  const value = values[filter.name];
  const column = quoteIdentifier(filter.column);
  if (value === undefined) return null;
  if (isDateRange(value))
    return `${column} between date ${quoteLiteral(value.from)} and date ${quoteLiteral(value.to)}`;
  return value.length === 0 ? null : `${column} in (${value.map(quoteLiteral).join(', ')})`;
}

/** Predicates of the set filters, joined with AND; `true` when none is set. */
export function writePredicates(filters: FilterSpec[], values: FilterValues): string {
  const predicates = filters.map((filter) => writePredicate(filter, values)).filter((text) => text !== null);
  return predicates.length === 0 ? 'true' : `(${predicates.join(' and ')})`;
}

/** Puts the predicates where a query says `{{ filters }}`. */
export function fillFilters(sql: string, filters: FilterSpec[], values: FilterValues): string {
  const predicates = writePredicates(filters, values);
  // A function, because `$` in a replacement text has a meaning.
  return sql.replace(PLACE, () => predicates);
}
