import { StateEffect, StateField, type Range } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';

/** Marks a part of the text as wrong; null takes the mark away. */
export const setErrorMark = StateEffect.define<{ from: number; to: number } | null>();

const word = Decoration.mark({ class: 'cm-error-mark' });
const line = Decoration.line({ class: 'cm-error-line' });

/** Shows where the last error was, until the text changes. */
export const errorMark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    let next = change.docChanged ? Decoration.none : marks;
    for (const effect of change.effects) {
      if (!effect.is(setErrorMark)) continue;
      if (effect.value === null) next = Decoration.none;
      else {
        const { from, to } = effect.value;
        const ranges: Range<Decoration>[] = [
          line.range(change.state.doc.lineAt(from).from),
          word.range(from, to),
        ];
        next = Decoration.set(ranges, true);
      }
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
