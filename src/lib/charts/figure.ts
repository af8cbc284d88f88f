import type { ChartRow } from './chart-rows.ts';
import type { ValueFormat } from './dashboard-spec.ts';
import type { ChartValue } from './format-value.ts';

/** A Plotly figure as plain data. */
export interface Figure {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
}

export interface PlotlyConfig {
  responsive: boolean;
  displayModeBar: boolean;
  displaylogo: boolean;
  locale?: string;
}

/** Colours and fonts of the page's theme, as Plotly can read them (`rgb(...)`). */
export interface ChartTheme {
  ink: string;
  muted: string;
  faint: string;
  line: string;
  surface: string;
  accent: string;
  accentSoft: string;
  font: string;
  /** Categorical colours, safe for colour-blind eyes, in this order. */
  palette: string[];
}

/** What a hover sentence is made of; all parts are formatted already. */
export interface Point {
  value: string;
  /** What `value` counts: `transactions`. */
  measure: string;
  x: string;
  /** `day`: on 3 Jan 2025; `hour`: at 14:00; `label`: anything else. */
  xKind: 'day' | 'hour' | 'label';
  /** Value of the series or of the other axis, null when there is none. */
  series: string | null;
}

/** What to draw, and how. */
export interface ChartSpec {
  kind: 'line' | 'bar' | 'hbar' | 'stacked_bar' | 'heatmap';
  x: string;
  y: string[];
  series: string | null;
  z: string | null;
  format: Record<string, ValueFormat>;
}

export interface ChartContext {
  theme: ChartTheme;
  locale: string;
  /** Says a point in a sentence, in the user's language. */
  sentence(point: Point): string;
  /** Colour of a value of the series: the same in every tile. */
  colour(series: string): string;
  /** Width of the drawing in pixels. */
  width: number;
}

export type Draw = (rows: ChartRow[], spec: ChartSpec, context: ChartContext) => Figure;

/** A value as a category or series name. */
export function nameOf(value: ChartValue | undefined): string {
  return value === null || value === undefined ? 'null' : String(value);
}
