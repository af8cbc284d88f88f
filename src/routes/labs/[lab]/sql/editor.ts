import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { keywordCompletionSource, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { EditorState, Prec, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { offerAfterDot, offerWords, type Catalog, type Offer } from './catalog.ts';
import { DuckDB, FUNCTIONS } from './duckdb-dialect.ts';
import { errorMark } from './error-mark.ts';

/** What the editor tells its page, and asks of it. */
export interface EditorHost {
  label: string;
  placeholder: string;
  catalog(): Catalog;
  changed(text: string): void;
  run(): void;
  /** True when something was running. */
  cancel(): boolean;
}

// Colours are tokens, so that a change of the theme needs nothing of the editor.
const look = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', backgroundColor: 'transparent', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.55' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--faint)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in oklab, var(--sunken) 60%, transparent)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in oklab, var(--accent) 24%, transparent)',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: 'none' },
  '.cm-placeholder': { color: 'var(--faint)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    boxShadow: 'var(--shadow-float)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-mono)',
    fontSize: '12px',
    maxHeight: '16rem',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', lineHeight: '18px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--ink)',
  },
  '.cm-completionDetail': { color: 'var(--faint)', fontStyle: 'normal', marginLeft: '1rem' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)', fontWeight: '600' },
  '.cm-error-mark': { textDecoration: 'underline wavy var(--state-failed)', textUnderlineOffset: '3px' },
  '.cm-error-line': { backgroundColor: 'color-mix(in oklab, var(--state-failed) 9%, transparent)' },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '500' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--state-completed)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warm)' },
  { tag: tags.typeName, color: 'var(--state-running)' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.operator, tags.punctuation], color: 'var(--muted)' },
]);

const functions: Offer[] = FUNCTIONS.map((label) => ({ label, type: 'function', boost: -1 }));

function complete(host: EditorHost): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    // `table@v3`: what follows is a version and no name.
    if (context.matchBefore(/["\w]@[\w:.+-]*/)) return null;
    const text = context.state.doc.toString();
    const dotted = context.matchBefore(/[\w]+(?:\.\w+)*\.\w*/);
    if (dotted) {
      const dot = dotted.text.lastIndexOf('.');
      const options = offerAfterDot(dotted.text.slice(0, dot), text, host.catalog());
      return options.length === 0 ? null : { from: dotted.from + dot + 1, options, validFor: /^\w*$/ };
    }
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    const options = [...offerWords(text, host.catalog()), ...functions];
    return { from: word?.from ?? context.pos, options, validFor: /^\w*$/ };
  };
}

function keys(host: EditorHost): Extension {
  const run = (view: EditorView) => {
    closeCompletion(view);
    host.run();
    return true;
  };
  return [
    Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap]),
    // After the completion's own Escape, which closes the list: the top layer goes first.
    keymap.of([{ key: 'Escape', run: () => host.cancel() }, ...defaultKeymap]),
  ];
}

/** The SQL editor, ready to type in. Tab leaves it, so that the keyboard is never caught. */
export function createEditor(parent: HTMLElement, doc: string, host: EditorHost): EditorView {
  const source = complete(host);
  const extensions = [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    sql({ dialect: DuckDB }),
    autocompletion({ override: [source, keywordCompletionSource(DuckDB)], icons: false, closeOnBlur: true }),
    syntaxHighlighting(colours),
    errorMark,
    look,
    EditorView.lineWrapping,
    placeholder(host.placeholder),
    keys(host),
    EditorView.contentAttributes.of({ 'aria-label': host.label }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) host.changed(update.state.doc.toString());
    }),
  ];
  return new EditorView({ parent, state: EditorState.create({ doc, extensions }) });
}
