const SLOPES = '<path d="M1 10 5 3.5 8 8.5 11 5 15 10"/><path d="M2 12.8h12"/>';
const TEAL = '#1b8a94';

/** Draws a run's progress (0 .. 1) as a ring in the tab's icon; null puts the mark back. */
export function drawFavicon(share: number | null): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (!link) return;
  link.dataset['mark'] ??= link.href;
  link.href = share === null ? link.dataset['mark'] : ringOf(share);
}

function ringOf(share: number): string {
  const length = 2 * Math.PI * 6;
  const done = length * Math.max(0.04, share);
  const small = `<g transform="translate(4.4 4.6) scale(.45)" stroke-width="2.2">${SLOPES}</g>`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="${TEAL}" stroke-width="2" stroke-linecap="round">` +
    `<circle cx="8" cy="8" r="6" opacity=".25"/>` +
    `<circle cx="8" cy="8" r="6" stroke-dasharray="${done.toFixed(2)} ${length.toFixed(2)}" transform="rotate(-90 8 8)"/>${small}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
