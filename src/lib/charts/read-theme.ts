import type { ChartTheme } from './figure.ts';

/** Any CSS colour as `rgb(r, g, b)`: the drawing library knows no `oklch`, a canvas knows every colour the browser knows. */
function toRgb(context: CanvasRenderingContext2D, colour: string): string {
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Reads the tokens of the page's present theme (src/app.css). Browser only. */
export function readTheme(root: Element = document.documentElement): ChartTheme {
  const style = getComputedStyle(root);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const token = (name: string) => {
    const colour = style.getPropertyValue(name).trim();
    return context ? toRgb(context, colour) : colour;
  };
  return {
    ink: token('--ink'),
    muted: token('--muted'),
    faint: token('--faint'),
    line: token('--line'),
    surface: token('--surface'),
    accent: token('--accent'),
    accentSoft: token('--accent-soft'),
    font: getComputedStyle(document.body).fontFamily,
    palette: Array.from({ length: 8 }, (_, i) => token(`--chart-${i + 1}`)),
  };
}
