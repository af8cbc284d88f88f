import type { ErrorShape } from '../../../../../workers/api.ts';

/** The text to run and where it begins in the editor. */
export interface Statement {
  sql: string;
  /** Offset of its first character. */
  from: number;
}

/** The selection when there is one, else everything; without the blanks and semicolons around it. Null when nothing is left. */
export function chooseStatement(text: string, selection: { from: number; to: number }): Statement | null {
  const [from, to] = selection.from === selection.to ? [0, text.length] : [selection.from, selection.to];
  const chosen = text.slice(from, to);
  const lead = /^[\s;]*/.exec(chosen)?.[0].length ?? 0;
  const sql = chosen.slice(lead).replace(/[\s;]+$/, '');
  return sql === '' ? null : { sql, from: from + lead };
}

/** Part of the editor's text that an error points at; the word at the position, at least one character. Null without a position. */
export function locateError(
  text: string,
  statement: Statement,
  error: ErrorShape,
): { from: number; to: number } | null {
  if (error.line === undefined) return null;
  const lines = statement.sql.split('\n');
  const line = lines[error.line - 1];
  if (line === undefined) return null;
  const start = lines.slice(0, error.line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const inLine =
    error.column === undefined
      ? line.length - line.trimStart().length
      : Math.min(error.column - 1, line.length);
  const from = Math.min(statement.from + start + inLine, Math.max(0, text.length - 1));
  const word =
    error.column === undefined
      ? line.trim()
      : (/^[\w."]+(?:@[\w.:+-]+)?/.exec(line.slice(inLine))?.[0] ?? '');
  return { from, to: Math.min(text.length, from + Math.max(1, word.length)) };
}
