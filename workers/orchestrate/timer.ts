/** Time as this room knows it: injected, so that every wait is deterministic in a test. */

import type { EpochMs } from '../api.ts';

export interface Timer {
  now(): EpochMs;
  /** Calls back once after `delayMs`; the answer stops it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Longest delay a timer of the platform keeps; longer ones fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The platform's own clock and timers. */
export function createSystemTimer(): Timer {
  return {
    now: () => Date.now(),
    after(delayMs, callback) {
      const handle = setTimeout(callback, Math.min(Math.max(delayMs, 0), MAX_DELAY_MS));
      return () => clearTimeout(handle);
    },
  };
}
