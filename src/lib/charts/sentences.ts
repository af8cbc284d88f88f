import { labelOf, type ChartRow } from './chart-rows.ts';
import { nameOf, type ChartContext, type ChartSpec, type Point } from './figure.ts';
import { formatValue, isDay, type ChartValue } from './format-value.ts';

/** How to speak of a value of x: columns named hour hold hours, days look like days. */
export function kindOfX(column: string, value: ChartValue | undefined): Point['xKind'] {
  if (isDay(value)) return 'day';
  return /(^|_)hour$/.test(column) && Number.isInteger(Number(value)) ? 'hour' : 'label';
}

/** The sentence of one point: `250 034 transactions on 3 Jan 2025, PAYMENT`. */
export function sayPoint(
  row: ChartRow,
  measure: string,
  series: ChartValue,
  spec: ChartSpec,
  context: ChartContext,
): string {
  const x = row[spec.x];
  return context.sentence({
    value: formatValue(row[measure], fullFormat(spec, measure), context.locale),
    measure: labelOf(measure),
    x: formatValue(x, spec.format[spec.x], context.locale),
    xKind: kindOfX(spec.x, x),
    series: series === null ? null : nameOf(series),
  });
}

/** Short on the drawing, full on hover. */
function fullFormat(spec: ChartSpec, column: string) {
  const format = spec.format[column];
  return format === 'compact' ? 'number' : format;
}
