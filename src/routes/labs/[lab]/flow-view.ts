import type { FlowLayout } from './flow-layout.ts';

/** Below this zoom names are too small to read: a graph that needs more room is panned instead. */
const READABLE = 0.9;
const LARGEST = 1.15;
/** Pixels between the graph and its frame. */
export const MARGIN = 14;
/** Pixels below it, for the controls. */
const FOOT = 52;

/** Where the graph stands in its frame, in pixels of the page. */
export interface FlowView {
  x: number;
  y: number;
  zoom: number;
}

/** The view that fills a frame's width, or starts at the left where that would be unreadable. */
export function readableView({ width }: FlowLayout, frame: number): FlowView {
  const zoom = Math.min(LARGEST, Math.max(READABLE, (frame - 2 * MARGIN) / Math.max(1, width)));
  return { x: Math.max(MARGIN, (frame - width * zoom) / 2), y: MARGIN, zoom };
}

/** Height of a frame that shows all rows in that view. */
export function frameHeight({ height }: FlowLayout, { zoom }: FlowView): number {
  return Math.ceil(height * zoom + MARGIN + FOOT);
}

/** On which sides the graph goes on beyond the frame. */
export function hiddenSides(
  layout: FlowLayout,
  view: FlowView,
  frame: number,
): { left: boolean; right: boolean } {
  return { left: view.x < 0, right: view.x + layout.width * view.zoom > frame };
}
