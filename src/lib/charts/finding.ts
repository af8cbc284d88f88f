import type { ChartRow } from './chart-rows.ts';
import { VALUE_FORMATS, type ValueFormat } from './dashboard-spec.ts';
import { formatValue } from './format-value.ts';

const PLACE = /\{(first|last)\.([A-Za-z_]\w*)(?:\|(\w+))?\}/g;

/**
 * Fills a tile's title from its rows: `{first.col}`, `{last.col|format}`. Without rows there is no finding: null.
 * A place whose column is not in the rows stays as it is written, so that its author sees it.
 */
export function fillFinding(
  template: string,
  rows: ChartRow[],
  formats: Record<string, ValueFormat>,
  locale: string,
): string | null {
  const first = rows[0];
  const last = rows.at(-1);
  if (template === '' || !first || !last) return null;
  return template.replace(PLACE, (place: string, end: string, column: string, wanted: string | undefined) => {
    const row = end === 'first' ? first : last;
    if (!(column in row)) return place;
    const format = VALUE_FORMATS.find((known) => known === wanted) ?? formats[column];
    return formatValue(row[column], format, locale);
  });
}
