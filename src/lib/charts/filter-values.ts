import type { FilterSpec } from './dashboard-spec.ts';

/** First and last day, both included, `YYYY-MM-DD`. */
export interface DateRange {
  from: string;
  to: string;
}

/** What the user chose, by filter name; a filter that is not set is not there. */
export type FilterValues = Record<string, DateRange | string[]>;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function isDateRange(value: DateRange | string[] | undefined): value is DateRange {
  return value !== undefined && !Array.isArray(value);
}

function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text));
}

function readRange(text: string): DateRange | null {
  const [from = '', to = from] = text.split('..');
  if (!isDay(from) || !isDay(to)) return null;
  return from <= to ? { from, to } : { from: to, to: from };
}

// A comma inside a value is escaped once more, so that the list can be split again.
const escapeItem = (item: string) => item.replaceAll('%', '%25').replaceAll(',', '%2C');
const unescapeItem = (item: string) => item.replaceAll('%2C', ',').replaceAll('%25', '%');

/** Reads filters from an address: `period=2025-01-01..2025-01-05&type=PAYMENT,TRANSFER`. What cannot be read is not set. */
export function readFilterValues(filters: FilterSpec[], search: URLSearchParams): FilterValues {
  const values: FilterValues = {};
  for (const filter of filters) {
    const text = search.get(filter.name);
    if (text === null || text === '') continue;
    const value = filter.kind === 'date_range' ? readRange(text) : text.split(',').map(unescapeItem);
    if (value !== null) values[filter.name] = value;
  }
  return values;
}

/** The filters as key and text for the address, in the order of the dashboard. */
export function writeFilterValues(filters: FilterSpec[], values: FilterValues): [string, string][] {
  return filters.flatMap(({ name }): [string, string][] => {
    const value = values[name];
    if (value === undefined) return [];
    if (isDateRange(value)) return [[name, `${value.from}..${value.to}`]];
    return value.length === 0 ? [] : [[name, value.map(escapeItem).join(',')]];
  });
}

/** Turns one value of a filter on, or off when it is the only one set: what a click on a bar does. */
export function toggleValue(values: FilterValues, filter: FilterSpec, clicked: string): FilterValues {
  const { [filter.name]: present, ...others } = values;
  if (filter.kind === 'date_range') {
    const same = isDateRange(present) && present.from === clicked && present.to === clicked;
    return same || !isDay(clicked) ? others : { ...others, [filter.name]: { from: clicked, to: clicked } };
  }
  const same = Array.isArray(present) && present.length === 1 && present[0] === clicked;
  return same ? others : { ...others, [filter.name]: [clicked] };
}
