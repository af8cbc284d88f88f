/** Changes to a text that leave its positions known. */

/** A piece of a text, and what stands in its place. */
export interface Edit {
  /** Offsets in the original; `end` is exclusive. */
  start: number;
  end: number;
  text: string;
}

/** A place in a text, 1-based. */
export interface Place {
  line: number;
  column: number;
}

/** The text with its edits, which are in order and do not overlap. */
export function applyEdits(original: string, edits: readonly Edit[]): string {
  let at = 0;
  const parts = edits.flatMap(({ start, end, text }) => {
    const kept = original.slice(at, start);
    at = end;
    return [kept, text];
  });
  return [...parts, original.slice(at)].join('');
}

/** Where a place of the edited text was in the original; what was put in counts as the start of what it replaced. */
export function originalOffset(offset: number, edits: readonly Edit[]): number {
  let shift = 0;
  for (const { start, end, text } of edits) {
    if (offset < start + shift) break;
    if (offset < start + shift + text.length) return start;
    shift += text.length - (end - start);
  }
  return offset - shift;
}

export function placeAt(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

export function offsetOf(text: string, { line, column }: Place): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
}
