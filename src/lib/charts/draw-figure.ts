import { drawBars } from './draw-bars.ts';
import { drawHeatmap } from './draw-heatmap.ts';
import { drawLines } from './draw-lines.ts';
import type { ChartSpec, Draw } from './figure.ts';

const DRAW: Record<ChartSpec['kind'], Draw> = {
  line: drawLines,
  bar: drawBars,
  hbar: drawBars,
  stacked_bar: drawBars,
  heatmap: drawHeatmap,
};

/** Rows in, Plotly figure out. Pure: the theme, the language and the colours are given. */
export const drawFigure: Draw = (rows, spec, context) => DRAW[spec.kind](rows, spec, context);
