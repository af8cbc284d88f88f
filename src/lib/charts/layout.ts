import type { ChartTheme } from './figure.ts';

type Part = Record<string, unknown>;

/** The one template of all charts: no frame, no vertical lines, quiet axes; both themes through their colours. */
export function baseLayout(theme: ChartTheme): Part {
  return {
    autosize: true,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: theme.font, size: 12, color: theme.muted },
    colorway: theme.palette,
    margin: { l: 8, r: 8, t: 8, b: 8 },
    showlegend: false,
    hovermode: 'closest',
    hoverlabel: {
      bgcolor: theme.surface,
      bordercolor: theme.line,
      font: { family: theme.font, size: 12, color: theme.ink },
      align: 'left',
    },
    // Dragging zooms only where it tells more; on narrow screens a finger scrolls the page.
    dragmode: false,

    barcornerradius: 2,
  };
}

/** Narrower drawings are on phones. */
const ZOOM_WIDTH = 480;

/** What dragging does on a continuous axis. */
export function zoomMode(width: number): 'zoom' | false {
  return width >= ZOOM_WIDTH ? 'zoom' : false;
}

/** An axis of names or times: no grid. */
export function nameAxis(theme: ChartTheme, more: Part = {}): Part {
  return {
    automargin: true,
    showgrid: false,
    zeroline: false,
    showline: false,
    ticks: '',
    ticklabelstandoff: 4,
    tickfont: { color: theme.muted, size: 12 },
    fixedrange: false,
    ...more,
  };
}

/** An axis of values: light grid, no line. `hidden` when the values are written on the drawing. */
export function valueAxis(theme: ChartTheme, hidden: boolean, more: Part = {}): Part {
  return {
    automargin: true,
    showgrid: !hidden,
    showticklabels: !hidden,
    gridcolor: theme.line,
    gridwidth: 1,
    zeroline: false,
    showline: false,
    ticks: '',
    nticks: 5,
    ticklabelstandoff: 4,
    tickfont: { color: theme.faint, size: 11 },
    rangemode: 'tozero',
    fixedrange: false,
    ...more,
  };
}

/** Ticks of values as they are formatted elsewhere on the page. */
export function tickText(max: number, min: number, write: (value: number) => string): Part {
  const span = Math.max(max, 0) - Math.min(min, 0);
  if (!(span > 0) || !Number.isFinite(span)) return {};
  const step = niceStep(span / 5);
  const ticks: number[] = [];
  for (let at = Math.floor(Math.min(min, 0) / step) * step; at <= Math.max(max, 0) + step * 1e-6; at += step)
    ticks.push(at);
  return {
    tickmode: 'array',
    tickvals: ticks,
    ticktext: ticks.map((tick) => write(Number(tick.toPrecision(12)))),
  };
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `step`. */
export function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= step * 0.999) ?? 10;
  return factor * power;
}

/** A legend above the drawing, for when direct labels do not fit. */
export function topLegend(theme: ChartTheme): Part {
  return {
    orientation: 'h',
    x: 0,
    xanchor: 'left',
    y: 1.02,
    yanchor: 'bottom',
    font: { color: theme.muted, size: 12 },
    itemsizing: 'constant',
    traceorder: 'normal',
  };
}
