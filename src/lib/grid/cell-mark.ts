/** What is special about a cell, in tables that compare. */
export type CellMark = 'added' | 'removed' | 'changed';

/** Classes of a marked cell. */
export const MARK_TONES: Record<CellMark, string> = {
  added: 'bg-state-completed/10',
  removed: 'bg-state-failed/10',
  changed: 'bg-warm-soft font-semibold text-warm',
};
