import { distinctValues } from './chart-rows.ts';
import { nameOf, type ChartContext, type Draw } from './figure.ts';
import { formatValue } from './format-value.ts';
import { categoryAxis } from './draw-bars.ts';
import { baseLayout, nameAxis, zoomMode } from './layout.ts';
import { sayPoint } from './sentences.ts';

/** From the page's quietest tint of the accent to the accent itself: more is stronger, in both themes. */
function sequentialScale({ theme }: ChartContext): [number, string][] {
  return [
    [0, theme.accentSoft],
    [1, theme.accent],
  ];
}

/** Part of the height that one or two rows take: cells of a single day must not become towers. */
const FEW: Record<number, [number, number]> = { 1: [0.36, 0.64], 2: [0.22, 0.78] };

/** Cells of x and y, coloured by z; the first row of y is on top. Combinations without a row stay empty. */
export const drawHeatmap: Draw = (rows, spec, context) => {
  const { theme } = context;
  const [down = ''] = spec.y;
  const measure = spec.z ?? '';
  const xs = distinctValues(rows, spec.x);
  const ys = distinctValues(rows, down);
  const byPlace = new Map(rows.map((row) => [`${nameOf(row[spec.x])}\u0000${nameOf(row[down])}`, row]));
  const cells = ys.map((y) => xs.map((x) => byPlace.get(`${nameOf(x)}\u0000${nameOf(y)}`)));
  const write = (value: number) => formatValue(value, 'compact', context.locale);
  const values = rows.map((row) => Number(row[measure] ?? 0));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return {
    data: [
      {
        type: 'heatmap',
        x: xs.map(nameOf),
        y: ys.map(nameOf),
        z: cells.map((line) => line.map((row) => row?.[measure] ?? null)),
        xgap: 2,
        ygap: 2,
        colorscale: sequentialScale(context),
        hovertext: cells.map((line) =>
          line.map((row) => (row ? sayPoint(row, measure, row[down] ?? null, spec, context) : '')),
        ),
        hoverinfo: 'text',
        colorbar: {
          thickness: 8,
          outlinewidth: 0,
          len: 0.9,
          tickmode: 'array',
          tickvals: least === most ? [least] : [least, most],
          ticktext: least === most ? [write(least)] : [write(least), write(most)],
          tickfont: { color: theme.faint, size: 11 },
          ticks: '',
        },
        showscale: context.width >= 360,
      },
    ],
    layout: {
      ...baseLayout(theme),
      dragmode: zoomMode(context.width),
      xaxis: nameAxis(theme, categoryAxis(xs, spec, { ...context, width: context.width * 2 })),
      yaxis: nameAxis(theme, {
        domain: FEW[ys.length] ?? [0, 1],
        type: 'category',
        categoryorder: 'array',
        categoryarray: ys.map(nameOf),
        autorange: 'reversed',
        tickmode: 'array',
        tickvals: ys.map(nameOf),
        ticktext: ys.map((y) => formatValue(y, spec.format[down], context.locale)),
      }),
    },
  };
};
