import * as m from '$lib/paraglide/messages.js';
import type { RunState, TaskState, TestResult } from '../../../workers/api.ts';

/** Every state the interface shows: runs, tasks and tests. */
export type AnyState = RunState | TaskState | TestResult['status'];
/** The seven states that have a colour; the rest borrow one. */
export type StateTone =
  'scheduled' | 'running' | 'completed' | 'failed' | 'crashed' | 'cancelled' | 'skipped';

const TONES: Record<AnyState, StateTone> = {
  scheduled: 'scheduled',
  pending: 'skipped',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  crashed: 'crashed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  pass: 'completed',
  fail: 'failed',
  warn: 'scheduled',
  error: 'crashed',
};

const LABELS: Record<AnyState, () => string> = {
  scheduled: m.common_state_scheduled,
  pending: m.common_state_pending,
  running: m.common_state_running,
  completed: m.common_state_completed,
  failed: m.common_state_failed,
  crashed: m.common_state_crashed,
  cancelled: m.common_state_cancelled,
  skipped: m.common_state_skipped,
  pass: m.common_state_pass,
  fail: m.common_state_fail,
  warn: m.common_state_warn,
  error: m.common_state_error,
};

export function toneOf(state: AnyState): StateTone {
  return TONES[state];
}

export function labelOf(state: AnyState): string {
  return LABELS[state]();
}

/** CSS colour of a state: `var(--state-running)`. */
export function colorOf(state: AnyState): string {
  return `var(--state-${TONES[state]})`;
}
