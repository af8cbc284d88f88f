import type { GraphDiv, PlotlyPoint } from 'plotly.js-cartesian-dist-min';
import type { Figure, PlotlyConfig } from './figure.ts';

const CONFIG: PlotlyConfig = { responsive: false, displayModeBar: false, displaylogo: false };

/** The drawing library, loaded when the first chart comes into view. */
async function loadPlotly() {
  return (await import('plotly.js-cartesian-dist-min')).default;
}

/** A figure on the page: drawn, redrawn, saved, and taken away. The only place that speaks to Plotly. */
export class Drawing {
  #drawn = false;
  #gone = false;
  #wanted: Figure | null = null;
  #turn: Promise<void> = Promise.resolve();

  /** `onpoint` is told the point that was clicked. */
  constructor(
    readonly place: HTMLElement,
    readonly onpoint: (point: PlotlyPoint) => void,
  ) {}

  /** Draws, or redraws what changed. Figures take turns, since Plotly may end an older one last; only the newest is drawn. */
  draw(figure: Figure): Promise<void> {
    this.#wanted = figure;
    const turn = this.#turn.then(() => (figure === this.#wanted ? this.#drawFigure(figure) : undefined));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #drawFigure({ data, layout }: Figure): Promise<void> {
    const plotly = await loadPlotly();
    if (this.#gone) return;
    const div: GraphDiv = this.place;
    await plotly.react(div, data, layout, CONFIG);
    if (this.#drawn) return;
    this.#drawn = true;
    div.on?.('plotly_click', ({ points }) => {
      if (points[0]) this.onpoint(points[0]);
    });
  }

  /** Back to the whole of both axes. */
  async reset(figure: Figure): Promise<void> {
    const plotly = await loadPlotly();
    await plotly.react(this.place, figure.data, { ...figure.layout, uirevision: performance.now() }, CONFIG);
  }

  remove(): void {
    this.#gone = true;
    if (!this.#drawn) return;
    void loadPlotly().then((plotly) => plotly.purge(this.place));
  }
}

/** A figure with its title as a PNG of the size it has on the page, at twice the resolution. */
export async function writePng(
  figure: Figure,
  title: string,
  size: { width: number; height: number },
): Promise<Blob> {
  const plotly = await loadPlotly();
  const margin = (figure.layout['margin'] ?? {}) as Record<string, number>;
  const font = (figure.layout['hoverlabel'] ?? {}) as { bgcolor?: string; font?: { color?: string } };
  const layout = {
    ...figure.layout,
    paper_bgcolor: font.bgcolor,
    title: { text: title, x: 0.02, xanchor: 'left', font: { size: 15, color: font.font?.color } },
    margin: { ...margin, t: (margin['t'] ?? 0) + 44, l: 16, r: (margin['r'] ?? 0) + 12, b: 16 },
  };
  const options = { format: 'png', width: size.width, height: size.height + 44, scale: 2 } as const;
  const url = await plotly.toImage({ data: figure.data, layout }, options);
  return (await fetch(url)).blob();
}
