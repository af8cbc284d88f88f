import type { Progress } from '../operations/report.ts';

export type { Progress };

/** For work that nobody watches. */
export const UNWATCHED: Progress = {
  signal: new AbortController().signal,
  expect: () => undefined,
  advance: () => undefined,
};
