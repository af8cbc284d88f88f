/** DuckDB's error texts, read: kind, message, hint, position. */

import { offsetOf, originalOffset, placeAt, type Edit, type Place } from './edits.ts';
import {
  OutOfMemoryError,
  QueryCancelledError,
  SqlError,
  TableDamagedError,
  WarehouseRestartedError,
} from './errors.ts';
import type { Statement } from './statements.ts';

/** Where the SQL that was run lies within the text the caller gave. */
export interface SqlSource {
  /** The caller's whole text. */
  text: string;
  /** Offset of the statement in it. */
  start: number;
  /** The statement. */
  sql: string;
  /** Lines put before the statement to run it. */
  linesBefore?: number;
  /** What was changed in the statement; no line was added. */
  edits?: readonly Edit[];
}

/** What is to be done about an engine error: nothing, or a restart. */
export type Severity = 'statement' | 'out-of-memory' | 'trap';

interface RawError {
  type: string;
  message: string;
  /** Byte offset in the statement. */
  position: number | null;
}

const outOfMemory =
  /^Out of Memory|could not allocate block|failed to allocate|bad_alloc|Maximum call stack|memory limit/i;
const fatal =
  /^(INTERNAL|FATAL) Error|database has been invalidated|memory access out of bounds|function signature mismatch/;
const ownErrors = [
  OutOfMemoryError,
  QueryCancelledError,
  SqlError,
  TableDamagedError,
  WarehouseRestartedError,
];
const trapNames = new Set(['RuntimeError', 'NetworkError', 'CompileError', 'LinkError']);

/** After a trap or an out-of-memory error nothing in the instance can be trusted. */
export function severityOf(error: unknown): Severity {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (trapNames.has(name)) return 'trap';
  const raw = parseRaw(message);
  if (outOfMemory.test(raw.type) || outOfMemory.test(raw.message)) return 'out-of-memory';
  return fatal.test(message) || raw.type === 'INTERNAL' || raw.type === 'FATAL' ? 'trap' : 'statement';
}

/** Where a statement lies in the text it is part of. */
export function sourceOf({ start, sql, edits }: Statement, text: string): SqlSource {
  return { text, start, sql, edits };
}

/** An engine error as `toSqlError` has it; errors that are the warehouse's own stay as they are. */
export function pointTo(error: unknown, source: SqlSource): unknown {
  return ownErrors.some((type) => error instanceof type) ? error : toSqlError(error, source);
}

/** The error as people need it: first line, hint, position in the caller's text. */
export function toSqlError(error: unknown, source: SqlSource): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (/query was canceled|^INTERRUPT/i.test(message)) return new QueryCancelledError(error);
  const raw = parseRaw(message);
  const { headline, hint, marker } = splitMessage(raw.message);
  const place = marker ? placeOfMarker(marker, source) : placeOfByte(raw.position, source.sql);
  const sqlError = new SqlError(`${raw.type}${headline}`, {
    sql: source.text,
    hint: hint || undefined,
    cause: error,
    ...(place ? shiftPlace(place, source) : {}),
  });
  return sqlError;
}

/** True when the SQL names something that does not exist, or not so: what a missing column would look like. */
export function isBindingError(error: unknown): boolean {
  return error instanceof SqlError && /^(Binder|Catalog) Error/.test(error.message);
}

/** True when DuckDB's parser refused the text. */
export function isParserError(error: unknown): boolean {
  return error instanceof SqlError && /^(Parser|Syntax) Error/.test(error.message);
}

/** Parser and insert errors come as JSON, the others as text with the type in front. */
function parseRaw(message: string): RawError {
  if (!message.startsWith('{')) return { type: '', message, position: null };
  try {
    const json = JSON.parse(message) as {
      exception_type?: string;
      exception_message?: string;
      position?: string;
    };
    return {
      type: json.exception_type ? `${json.exception_type} Error: ` : '',
      message: json.exception_message ?? message,
      position: json.position === undefined ? null : Number(json.position),
    };
  } catch {
    return { type: '', message, position: null };
  }
}

interface Marker {
  line: number;
  excerpt: string;
  /** Offset of the caret in the excerpt. */
  caret: number;
}

function splitMessage(message: string): { headline: string; hint: string; marker: Marker | null } {
  const lines = message.split('\n');
  const at = lines.findIndex((line) => /^LINE \d+: /.test(line));
  const text = at < 0 ? lines : lines.slice(0, at);
  const [headline = '', ...rest] = text.filter((line) => line.trim() !== '');
  const caretLine = at < 0 ? -1 : lines.findIndex((line, i) => i > at && /^\s*\^/.test(line));
  const prefix = /^LINE (\d+): /.exec(lines[at] ?? '');
  const marker =
    prefix && caretLine > 0
      ? {
          line: Number(prefix[1]),
          excerpt: (lines[at] ?? '').slice(prefix[0].length),
          caret: (lines[caretLine] ?? '').indexOf('^') - prefix[0].length,
        }
      : null;
  return { headline, hint: rest.map((line) => line.trim()).join('\n'), marker };
}

/** DuckDB shortens long lines with `...`; the excerpt is looked up in the line it names. */
function placeOfMarker(marker: Marker, source: SqlSource): Place {
  const line = marker.line - (source.linesBefore ?? 0);
  const text = source.sql.split('\n')[line - 1] ?? '';
  const cutStart = marker.excerpt.startsWith('...') && !text.startsWith(marker.excerpt) ? 3 : 0;
  const shown = marker.excerpt.slice(cutStart).replace(/\.\.\.$/, '');
  const found = Math.max(0, text.indexOf(shown));
  return { line, column: found + Math.max(0, marker.caret - cutStart) + 1 };
}

function placeOfByte(position: number | null, sql: string): Place | null {
  if (position === null || !Number.isFinite(position)) return null;
  const before = new TextDecoder().decode(new TextEncoder().encode(sql).slice(0, position));
  return placeAt(before, before.length);
}

/** From a place in the statement to the same place in the whole text. */
function shiftPlace(place: Place, { sql, text, start, edits = [] }: SqlSource): Place {
  return placeAt(text, start + originalOffset(offsetOf(sql, place), edits));
}
