import { expect, test } from 'vitest';
import {
  isScaled,
  MAX_SCROLL_PX,
  maxOffset,
  offsetOfScroll,
  offsetToReveal,
  scrollHeight,
  scrollOfOffset,
  visibleRows,
} from '../../../src/lib/grid/scroll-window.ts';

const small = { rows: 1000, rowHeight: 28, viewport: 560 };
const huge = { rows: 3_000_000, rowHeight: 28, viewport: 560 };

test('up to the cap a pixel of scroll is a pixel of rows', () => {
  expect(isScaled(small)).toBe(false);
  expect(offsetOfScroll(small, 4321)).toBeCloseTo(4321, 6);
  expect(visibleRows(small, 0, 0)).toEqual({ first: 0, end: 20 });
  expect(visibleRows(small, 14, 0)).toEqual({ first: 0, end: 21 });
});

test('3 million rows fit under the cap, and both ends can be reached', () => {
  expect(isScaled(huge)).toBe(true);
  expect(scrollHeight(huge)).toBe(MAX_SCROLL_PX);
  const bottom = offsetOfScroll(huge, MAX_SCROLL_PX - huge.viewport);
  expect(bottom).toBeCloseTo(maxOffset(huge), 3);
  expect(visibleRows(huge, bottom, 0).end).toBe(3_000_000);
  expect(offsetOfScroll(huge, 0)).toBe(0);
});

test('scroll and offset are inverse', () => {
  for (const offset of [0, 1234.5, 42_000_000, maxOffset(huge)])
    expect(offsetOfScroll(huge, scrollOfOffset(huge, offset))).toBeCloseTo(offset, 3);
});

test('fewer rows than the view do not scroll', () => {
  const few = { rows: 3, rowHeight: 28, viewport: 560 };
  expect(offsetOfScroll(few, 50)).toBe(0);
  expect(scrollOfOffset(few, 50)).toBe(0);
  expect(visibleRows(few, 0)).toEqual({ first: 0, end: 3 });
});

test('a row is revealed with the least movement', () => {
  expect(offsetToReveal(small, 280, 5)).toBe(140);
  expect(offsetToReveal(small, 280, 12)).toBe(280);
  expect(offsetToReveal(small, 280, 40)).toBe(41 * 28 - 560);
});
