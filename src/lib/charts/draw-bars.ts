import { distinctValues, type ChartRow } from './chart-rows.ts';
import { nameOf, type ChartContext, type ChartSpec, type Draw, type Figure } from './figure.ts';
import { formatValue, isDay, makeDayLabel, type ChartValue } from './format-value.ts';
import { baseLayout, nameAxis, tickText, topLegend, valueAxis } from './layout.ts';
import { sayPoint } from './sentences.ts';

/** Room that a name below the axis needs, px. */
const MIN_LABEL_WIDTH = 64;
const LETTER_WIDTH = 7;
const LABEL_GAP = 18;

/** One colour of bars. */
interface BarSeries {
  name: string;
  measure: string;
  series: ChartValue;
  rows: ChartRow[];
}

/** A bar is no wider than this, in pixels, however few there are. */
const WIDEST_BAR = 96;
/** Below this width of a bar, in pixels, its value is not written on it. */
const LABEL_WIDTH = 44;

/** Splits rows by series, or by the columns of y. */
export function splitSeries(rows: ChartRow[], spec: ChartSpec): BarSeries[] {
  const [only = ''] = spec.y;
  if (spec.series !== null) {
    const column = spec.series;
    return distinctValues(rows, column).map((value) => ({
      name: nameOf(value),
      measure: only,
      series: value,
      rows: rows.filter((row) => (row[column] ?? null) === value),
    }));
  }
  if (spec.y.length === 1) return [{ name: only, measure: only, series: null, rows }];
  return spec.y.map((measure) => ({ name: measure.replaceAll('_', ' '), measure, series: null, rows }));
}

function barTrace(
  bars: BarSeries,
  single: boolean,
  labelled: boolean,
  spec: ChartSpec,
  context: ChartContext,
): Figure['data'][number] {
  const names = bars.rows.map((row) => nameOf(row[spec.x]));
  const values = bars.rows.map((row) => row[bars.measure] ?? null);
  const flat = spec.kind === 'hbar';
  return {
    type: 'bar',
    name: bars.name,
    orientation: flat ? 'h' : 'v',
    x: flat ? values : names,
    y: flat ? names : values,
    marker: { color: single ? context.theme.accent : context.colour(bars.name), line: { width: 0 } },
    hovertext: bars.rows.map((row) => sayPoint(row, bars.measure, bars.series, spec, context)),
    hoverinfo: 'text',
    ...(labelled && {
      text: values.map((value) => formatValue(value, shortFormat(spec, bars.measure), context.locale)),
      textposition: 'outside',
      cliponaxis: false,
      textfont: { color: context.theme.ink, size: 12 },
    }),
  };
}

/** What fits on a bar: integers are shortened. */
function shortFormat(spec: ChartSpec, column: string) {
  const format = spec.format[column];
  return format === undefined || format === 'integer' || format === 'number' ? 'compact' : format;
}

function stackedTotals(series: BarSeries[], spec: ChartSpec): number[] {
  if (spec.kind !== 'stacked_bar')
    return series.flatMap((bars) => bars.rows.map((row) => Number(row[bars.measure] ?? 0)));
  const totals = new Map<string, number>();
  for (const bars of series)
    for (const row of bars.rows) {
      const name = nameOf(row[spec.x]);
      totals.set(name, (totals.get(name) ?? 0) + Number(row[bars.measure] ?? 0));
    }
  return [...totals.values()];
}

/** Names on the axis: days in the user's words, in the order of the rows. */
export function categoryAxis(
  names: ChartValue[],
  spec: ChartSpec,
  context: ChartContext,
): Record<string, unknown> {
  const values = names.map(nameOf);
  const days = names.length > 0 && names.every((name) => isDay(name));
  const label = days ? makeDayLabel(values, context.locale) : null;
  const write = (name: ChartValue) =>
    label?.(nameOf(name)) ?? formatValue(name, spec.format[spec.x], context.locale);
  const texts = names.map(write);
  // A day that is left out can be told from its neighbours; a name cannot.
  const letters = days ? Math.max(...texts.map((text) => text.length)) : 0;
  const widest = Math.max(MIN_LABEL_WIDTH, letters * LETTER_WIDTH + LABEL_GAP);
  const room = spec.kind === 'hbar' ? values.length : Math.max(2, Math.floor(context.width / widest));
  const every = Math.ceil(values.length / room);
  const isShown = (_: unknown, i: number) => i % every === 0;
  return {
    type: 'category',
    categoryorder: 'array',
    categoryarray: values,
    tickmode: 'array',
    tickvals: values.filter(isShown),
    ticktext: texts.filter(isShown),
  };
}

/** Share of a name's room that stays free; a single bar must not fill the drawing. */
function chooseGap(count: number, flat: boolean, width: number): number {
  if (flat) return Math.max(count <= 4 ? 0.48 : 0.28, 1 - count / 3);
  const room = width / Math.max(1, count);
  return Math.max(count <= 6 ? 0.48 : 0.28, 1 - WIDEST_BAR / room);
}

/** Bars, upright (`bar`, `stacked_bar`) or lying (`hbar`), in the order of the rows; values are written on them where they fit. */
export const drawBars: Draw = (rows, spec, context) => {
  const { theme } = context;
  const series = splitSeries(rows, spec);
  const names = distinctValues(rows, spec.x);
  const single = series.length === 1;
  const flat = spec.kind === 'hbar';
  const labelled = single && (flat || context.width / Math.max(1, names.length) >= LABEL_WIDTH);
  const totals = stackedTotals(series, spec);
  const [max, min] = [Math.max(0, ...totals), Math.min(0, ...totals)];
  const measure = spec.y[0] ?? '';
  const ticks = tickText(max, min, (value) => formatValue(value, shortFormat(spec, measure), context.locale));
  // Room for what is written beyond the end of the longest bar.
  const range = labelled ? { range: [min < 0 ? min * 1.18 : 0, (max || 1) * (flat ? 1.22 : 1.14)] } : {};
  const values = valueAxis(theme, labelled, { ...ticks, ...range });
  const categories = nameAxis(theme, {
    ...categoryAxis(names, spec, context),
    ...(flat && { autorange: 'reversed', tickfont: { color: theme.ink, size: 12 } }),
  });
  return {
    data: series.map((bars) => barTrace(bars, single, labelled, spec, context)),
    layout: {
      ...baseLayout(theme),
      bargap: chooseGap(names.length, flat, context.width),
      barmode: spec.kind === 'stacked_bar' ? 'stack' : 'group',
      xaxis: flat ? { ...values, showgrid: false } : categories,
      yaxis: flat ? categories : values,
      ...(!single && { showlegend: true, legend: topLegend(theme), margin: { l: 8, r: 8, t: 32, b: 8 } }),
    },
  };
};
