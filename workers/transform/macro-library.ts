import type { Place } from './errors.ts';
import type { ManifestMacro } from './types.ts';

/** Name under which a project's macros are registered with MiniJinja. */
export const MACRO_TEMPLATE = '__macros__';

/** A project's macros as one template, in which they all see each other. */
export interface MacroLibrary {
  macros: ReadonlyMap<string, ManifestMacro>;
  text: string;
  /** Where a line of `text` stands in the project. */
  placeOf(line: number): Place;
}

/** Joins the macros of a manifest into a library. */
export function joinMacros(macros: Iterable<ManifestMacro>): MacroLibrary {
  const table = new Map<string, ManifestMacro>();
  const starts: { first: number; macro: ManifestMacro }[] = [];
  let text = '';
  let line = 1;
  for (const macro of macros) {
    table.set(macro.name, macro);
    starts.push({ first: line, macro });
    text += `${macro.macro_sql}\n`;
    line += macro.macro_sql.split('\n').length;
  }
  const placeOf = (at: number): Place => {
    const start = starts.findLast((one) => one.first <= at);
    if (!start) return { file: MACRO_TEMPLATE, line: at };
    return { file: start.macro.original_file_path, line: start.macro.line + at - start.first };
  };
  return { macros: table, text, placeOf };
}
