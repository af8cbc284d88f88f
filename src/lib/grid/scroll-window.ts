/** Browsers cap the height of an element (Firefox near 17.8 M px, Chromium near 33 M px); beyond this the scroll is scaled. */
export const MAX_SCROLL_PX = 12_000_000;

/** Sizes in CSS pixels; `viewport` is the height that shows rows. */
export interface ScrollSizes {
  rows: number;
  rowHeight: number;
  viewport: number;
}

/** Height of the scrolled element: that of all rows, or the cap. */
export function scrollHeight({ rows, rowHeight }: ScrollSizes): number {
  return Math.min(rows * rowHeight, MAX_SCROLL_PX);
}

/** Farthest offset into the rows, as if they all had their place. */
export function maxOffset({ rows, rowHeight, viewport }: ScrollSizes): number {
  return Math.max(0, rows * rowHeight - viewport);
}

/** Where in the rows a scroll position is: equal to it until the scroll is scaled. */
export function offsetOfScroll(sizes: ScrollSizes, scrollTop: number): number {
  const range = scrollHeight(sizes) - sizes.viewport;
  if (range <= 0) return 0;
  return Math.min(maxOffset(sizes), Math.max(0, (scrollTop * maxOffset(sizes)) / range));
}

/** The scroll position that shows an offset; the inverse of `offsetOfScroll`. */
export function scrollOfOffset(sizes: ScrollSizes, offset: number): number {
  const range = Math.max(0, scrollHeight(sizes) - sizes.viewport);
  const most = maxOffset(sizes);
  return most === 0 ? 0 : (Math.min(most, Math.max(0, offset)) * range) / most;
}

/** True when one pixel of scroll is more than one pixel of rows. */
export function isScaled({ rows, rowHeight }: ScrollSizes): boolean {
  return rows * rowHeight > MAX_SCROLL_PX;
}

/** First and one-past-last row to render at an offset, with `overscan` rows on both sides. */
export function visibleRows(
  sizes: ScrollSizes,
  offset: number,
  overscan = 6,
): { first: number; end: number } {
  const first = Math.max(0, Math.floor(offset / sizes.rowHeight) - overscan);
  const end = Math.min(sizes.rows, Math.ceil((offset + sizes.viewport) / sizes.rowHeight) + overscan);
  return { first, end };
}

/** The offset nearest to the present one that shows a row whole. */
export function offsetToReveal(sizes: ScrollSizes, offset: number, row: number): number {
  const top = row * sizes.rowHeight;
  if (top < offset) return top;
  if (top + sizes.rowHeight > offset + sizes.viewport) return top + sizes.rowHeight - sizes.viewport;
  return offset;
}
