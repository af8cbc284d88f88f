import { expect, test } from 'vitest';
import { drawFigure } from '../../../src/lib/charts/draw-figure.ts';
import type { ChartContext, ChartSpec, Figure } from '../../../src/lib/charts/figure.ts';
import { niceStep, tickText } from '../../../src/lib/charts/layout.ts';
import { SeriesColours } from '../../../src/lib/charts/series-colours.ts';

const palette = ['rgb(1, 1, 1)', 'rgb(2, 2, 2)'];
const colours = new SeriesColours();
const context: ChartContext = {
  theme: {
    ink: 'rgb(0, 0, 0)',
    muted: 'rgb(9, 9, 9)',
    faint: 'rgb(8, 8, 8)',
    line: 'rgb(7, 7, 7)',
    surface: 'rgb(255, 255, 255)',
    accent: 'rgb(0, 100, 110)',
    accentSoft: 'rgb(230, 250, 250)',
    font: 'Inter',
    palette,
  },
  locale: 'en',
  sentence: (point) =>
    `${point.value} ${point.measure} ${point.xKind} ${point.x}${point.series ? `, ${point.series}` : ''}`,
  colour: (series) => colours.colourOf(series, palette),
  width: 640,
};
const spec = (kind: ChartSpec['kind'], more: Partial<ChartSpec> = {}): ChartSpec => ({
  kind,
  x: 'transaction_type',
  y: ['transactions'],
  series: null,
  z: null,
  format: {},
  ...more,
});
const rows = [
  { transaction_type: 'PAYMENT', transactions: 1234567 },
  { transaction_type: 'CHECK', transactions: 900 },
];
const axis = (figure: Figure, name: 'xaxis' | 'yaxis') => figure.layout[name] as Record<string, unknown>;

test('few bars carry their values, so that the value axis can go', () => {
  const figure = drawFigure(rows, spec('bar'), context);
  expect(figure.data).toHaveLength(1);
  expect(figure.data[0]).toMatchObject({
    x: ['PAYMENT', 'CHECK'],
    y: [1234567, 900],
    text: ['1.23\u00a0M', '900'],
  });
  expect(axis(figure, 'yaxis')['showticklabels']).toBe(false);
  expect(axis(figure, 'xaxis')['showgrid']).toBe(false);
  expect(figure.layout['showlegend']).toBe(false);
});

test("a single day is a bar of a bar's width, and a single row of cells keeps their height", () => {
  const bars = drawFigure(rows.slice(0, 1), spec('bar'), context);
  expect((1 - Number(bars.layout['bargap'])) * context.width).toBeCloseTo(96);
  const cells = [1, 2, 3].map((hour) => ({ hour, weekday: 1, transactions: hour }));
  const one = drawFigure(cells, spec('heatmap', { x: 'hour', y: ['weekday'], z: 'transactions' }), context);
  const [from, to] = axis(one, 'yaxis')['domain'] as [number, number];
  expect(to - from).toBeLessThan(0.4);
  const week = cells.flatMap((cell) => [1, 2, 3].map((weekday) => ({ ...cell, weekday })));
  const all = drawFigure(week, spec('heatmap', { x: 'hour', y: ['weekday'], z: 'transactions' }), context);
  expect(axis(all, 'yaxis')['domain']).toEqual([0, 1]);
});

test('many bars keep the axis, with the formatted ticks, and thin out their names', () => {
  const many = Array.from({ length: 60 }, (_, i) => ({ transaction_type: `T${i}`, transactions: i * 1000 }));
  const figure = drawFigure(many, spec('bar'), context);
  expect(figure.data[0]).not.toHaveProperty('text');
  expect(axis(figure, 'yaxis')['ticktext']).toContain('40\u00a0k');
  expect((axis(figure, 'xaxis')['tickvals'] as string[]).length).toBeLessThanOrEqual(10);
});

test('lying bars read from the top, in the order of the rows', () => {
  const figure = drawFigure(rows, spec('hbar'), context);
  expect(figure.data[0]).toMatchObject({ orientation: 'h', x: [1234567, 900], y: ['PAYMENT', 'CHECK'] });
  expect(axis(figure, 'yaxis')).toMatchObject({ autorange: 'reversed', categoryarray: ['PAYMENT', 'CHECK'] });
});

test('hover says a sentence with the full number', () => {
  const figure = drawFigure(rows, spec('bar', { format: { transactions: 'compact' } }), context);
  expect(figure.data[0]?.['hovertext']).toEqual([
    '1,234,567 transactions label PAYMENT',
    '900 transactions label CHECK',
  ]);
});

test('days and hours are spoken of as days and hours', () => {
  const line = drawFigure([{ transaction_type: '2025-01-03', transactions: 5 }], spec('line'), context);
  expect(line.data[0]?.['hovertext']).toEqual(['5 transactions day 3 Jan 2025']);
  const hours = drawFigure([{ hour: 14, transactions: 5 }], spec('bar', { x: 'hour' }), context);
  expect(hours.data[0]?.['hovertext']).toEqual(['5 transactions hour 14']);
});

test('stacked bars split by series, with a legend and an axis up to the sum', () => {
  const stacked = [
    { day: '2025-01-01', status: 'COMPLETED', n: 600 },
    { day: '2025-01-01', status: 'FAILED', n: 400 },
    { day: '2025-01-02', status: 'COMPLETED', n: 100 },
  ];
  const figure = drawFigure(stacked, spec('stacked_bar', { x: 'day', y: ['n'], series: 'status' }), context);
  expect(figure.data.map((trace) => [trace['name'], trace['y']])).toEqual([
    ['COMPLETED', [600, 100]],
    ['FAILED', [400]],
  ]);
  expect(figure.layout).toMatchObject({ barmode: 'stack', showlegend: true });
  expect((axis(figure, 'yaxis')['tickvals'] as number[]).at(-1)).toBe(1000);
  expect(axis(figure, 'xaxis')['ticktext']).toEqual(['1 Jan', '2 Jan']);
});

test('up to four lines are named at their end, more in a legend', () => {
  const lines = (count: number) =>
    Array.from({ length: count * 2 }, (_, i) => ({ hour: i % 2, kind: `K${Math.floor(i / 2)}`, n: i }));
  const few = drawFigure(lines(3), spec('line', { x: 'hour', y: ['n'], series: 'kind' }), context);
  expect((few.layout['annotations'] as { text: string }[]).map((label) => label.text)).toEqual([
    'K0',
    'K1',
    'K2',
  ]);
  expect(few.layout['showlegend']).toBe(false);
  const many = drawFigure(lines(6), spec('line', { x: 'hour', y: ['n'], series: 'kind' }), context);
  expect(many.layout['showlegend']).toBe(true);
});

test('several columns in y are several series', () => {
  const figure = drawFigure(
    [{ hour: 1, ok_count: 5, bad_count: 2 }],
    spec('line', { x: 'hour', y: ['ok_count', 'bad_count'] }),
    context,
  );
  expect(figure.data.map((trace) => [trace['name'], trace['y']])).toEqual([
    ['ok count', [5]],
    ['bad count', [2]],
  ]);
});

test('a heatmap leaves combinations without rows empty', () => {
  const cells = [
    { hour: 9, weekday: 'Mon', n: 5 },
    { hour: 10, weekday: 'Mon', n: 7 },
    { hour: 9, weekday: 'Tue', n: 1 },
  ];
  const figure = drawFigure(cells, spec('heatmap', { x: 'hour', y: ['weekday'], z: 'n' }), context);
  expect(figure.data[0]?.['z']).toEqual([
    [5, 7],
    [1, null],
  ]);
  expect((figure.data[0]?.['hovertext'] as string[][])[0]?.[1]).toBe('7 n hour 10, Mon');
});

test('a series keeps its colour', () => {
  const kept = new SeriesColours();
  expect([kept.slotOf('A'), kept.slotOf('B'), kept.slotOf('A')]).toEqual([0, 1, 0]);
});

test('ticks are round and reach the values', () => {
  expect([niceStep(0.3), niceStep(21), niceStep(240000)]).toEqual([0.5, 25, 250000]);
  expect(tickText(0, 0, String)).toEqual({});
  expect(tickText(0.3, 0, String)['ticktext']).toEqual(['0', '0.1', '0.2', '0.3']);
});
