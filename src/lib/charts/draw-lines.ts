import { distinctValues, type ChartRow } from './chart-rows.ts';
import { categoryAxis, splitSeries } from './draw-bars.ts';
import { nameOf, type ChartContext, type ChartSpec, type Draw } from './figure.ts';
import { formatValue, isDay } from './format-value.ts';
import { baseLayout, nameAxis, tickText, topLegend, valueAxis, zoomMode } from './layout.ts';
import { sayPoint } from './sentences.ts';

/** More lines than this have a legend; fewer have their name at their end. */
const DIRECT_LABELS = 4;
/** Points up to which each is marked, so that a click has something to hit. */
const MARKED = 62;

type Axis = Record<string, unknown>;

/** An axis of numbers, as tight as the numbers; whole numbers are ticked from the first on. */
function numberAxis(numbers: number[], width: number): Axis {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const room = Math.max(3, Math.floor(width / 48));
  const ticks = numbers.every(Number.isInteger)
    ? { tick0: least, dtick: Math.ceil((most - least + 1) / room) }
    : { nticks: room };
  const edge = (most - least || 1) * 0.02;
  return { type: 'linear', range: [least - edge, most + edge], ...ticks };
}

function xAxis(rows: ChartRow[], spec: ChartSpec, context: ChartContext): Axis {
  const names = distinctValues(rows, spec.x);
  const numbers = names.filter((name) => typeof name === 'number');
  if (numbers.length === names.length) return numberAxis(numbers, context.width);
  if (names.length > 62 && names.every((name) => isDay(name)))
    return { type: 'date', hoverformat: '%Y-%m-%d' };
  return categoryAxis(names, spec, context);
}

function lastLabel(
  name: string,
  row: ChartRow,
  measure: string,
  spec: ChartSpec,
  colour: string,
): Record<string, unknown> {
  return {
    x: typeof row[spec.x] === 'number' ? row[spec.x] : nameOf(row[spec.x]),
    y: row[measure] ?? 0,
    text: name,
    xanchor: 'left',
    showarrow: false,
    xshift: 8,
    font: { color: colour, size: 12 },
  };
}

/** Lines over x; each is named at its right end, or in a legend when there are many. */
export const drawLines: Draw = (rows, spec, context) => {
  const { theme } = context;
  const series = splitSeries(rows, spec);
  const single = series.length === 1;
  const direct = !single && series.length <= DIRECT_LABELS && context.width >= 360;
  const colourOf = (name: string) => (single ? theme.accent : context.colour(name));
  const values = series.flatMap((line) => line.rows.map((row) => Number(row[line.measure] ?? 0)));
  const measure = spec.y[0] ?? '';
  const format = spec.format[measure];
  const write = (value: number) =>
    formatValue(
      value,
      format === 'percent' || format === 'money' || format === 'bytes' ? format : 'compact',
      context.locale,
    );
  const longest = direct ? Math.max(...series.map((line) => line.name.length)) : 0;
  return {
    data: series.map((line) => ({
      type: 'scatter',
      mode: line.rows.length <= MARKED ? 'lines+markers' : 'lines',
      name: line.name,
      x: line.rows.map((row) => (typeof row[spec.x] === 'number' ? row[spec.x] : nameOf(row[spec.x]))),
      y: line.rows.map((row) => row[line.measure] ?? null),
      line: { color: colourOf(line.name), width: 2, shape: 'linear' },
      marker: { color: colourOf(line.name), size: 6 },
      hovertext: line.rows.map((row) => sayPoint(row, line.measure, line.series, spec, context)),
      hoverinfo: 'text',
      connectgaps: false,
    })),
    layout: {
      ...baseLayout(theme),
      dragmode: zoomMode(context.width),
      xaxis: nameAxis(theme, { ...xAxis(rows, spec, context), tickangle: 0 }),
      yaxis: valueAxis(theme, false, tickText(Math.max(0, ...values), Math.min(0, ...values), write)),
      margin: { l: 8, r: 12 + longest * 7, t: single || direct ? 8 : 32, b: 8 },
      ...(direct && {
        annotations: series.flatMap((line) => {
          const last = line.rows.at(-1);
          return last ? [lastLabel(line.name, last, line.measure, spec, colourOf(line.name))] : [];
        }),
      }),
      ...(!single && !direct && { showlegend: true, legend: topLegend(theme) }),
    },
  };
};
