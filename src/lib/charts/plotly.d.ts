declare module 'plotly.js-cartesian-dist-min' {
  import type { Figure, PlotlyConfig } from './figure.ts';

  type GraphDiv = HTMLElement & {
    on?: (event: 'plotly_click', listener: (event: { points: PlotlyPoint[] }) => void) => void;
  };
  interface PlotlyPoint {
    x: string | number;
    y: string | number;
    pointNumber: number | [number, number];
    curveNumber: number;
  }
  interface Plotly {
    react(
      div: GraphDiv,
      data: Figure['data'],
      layout: Figure['layout'],
      config: PlotlyConfig,
    ): Promise<GraphDiv>;
    purge(div: GraphDiv): void;
    toImage(
      figure: GraphDiv | Figure,
      options: { format: 'png' | 'svg'; width?: number; height?: number; scale?: number },
    ): Promise<string>;
  }
  const plotly: Plotly;
  export default plotly;
  export type { GraphDiv, PlotlyPoint };
}
