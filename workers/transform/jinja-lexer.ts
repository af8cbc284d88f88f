/** A piece of a template. `body` is the text between the delimiters, without whitespace-control signs. */
export interface Segment {
  kind: 'data' | 'expression' | 'statement' | 'comment';
  start: number;
  end: number;
  bodyStart: number;
  body: string;
}

export interface Token {
  kind: 'name' | 'string' | 'number' | 'operator';
  text: string;
  /** Of a string: its value. */
  value?: string;
  /** Offset in the template. */
  start: number;
  end: number;
}

const CLOSERS = { '{{': '}}', '{%': '%}', '{#': '#}' } as const;
const KINDS = { '{{': 'expression', '{%': 'statement', '{#': 'comment' } as const;
const TOKEN =
  /\s+|(?<name>[A-Za-z_]\w*)|(?<number>\d+(?:\.\d+)?)|(?<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?<operator>==|!=|<=|>=|\/\/|\*\*|[\s\S])/gy;

/**
 * Splits a template into text, `{{ }}`, `{% %}` and `{# #}`. What stands inside `{% raw %}` is text. A delimiter that is never
 * closed ends with the file: the renderer then tells what is wrong.
 */
export function lexTemplate(text: string): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.slice(at).search(/\{\{|\{%|\{#/);
    const start = open < 0 ? text.length : at + open;
    if (start > at) segments.push(dataSegment(text, at, start));
    if (open < 0) break;
    const segment = readSegment(text, start);
    segments.push(segment);
    at = segment.end;
    if (segment.kind !== 'statement' || segment.body.trim() !== 'raw') continue;
    const rest = text.slice(at).search(/\{%[-+]?\s*endraw/);
    const rawEnd = rest < 0 ? text.length : at + rest;
    if (rawEnd > at) segments.push(dataSegment(text, at, rawEnd));
    at = rawEnd;
  }
  return segments;
}

function dataSegment(text: string, start: number, end: number): Segment {
  return { kind: 'data', start, end, bodyStart: start, body: text.slice(start, end) };
}

function readSegment(text: string, start: number): Segment {
  const opener = text.slice(start, start + 2) as keyof typeof CLOSERS;
  const close = findClose(text, start + 2, opener);
  const signed = /[-+]/.test(text[start + 2] ?? '') ? 1 : 0;
  const bodyStart = start + 2 + signed;
  const body = text.slice(bodyStart, Math.max(bodyStart, close)).replace(/[-+]$/, '');
  return { kind: KINDS[opener], start, end: Math.min(close + 2, text.length), bodyStart, body };
}

/** Offset of the closing delimiter; quotes hide it, except in a comment. */
function findClose(text: string, from: number, opener: keyof typeof CLOSERS): number {
  const closer = CLOSERS[opener];
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (opener !== '{#' && (char === '"' || char === "'")) quote = char;
    else if (text.startsWith(closer, at)) return at;
  }
  return text.length;
}

/** The tokens of a segment's body, without whitespace. */
export function tokenize(segment: Segment): Token[] {
  const tokens: Token[] = [];
  for (const match of segment.body.matchAll(TOKEN)) {
    const start = segment.bodyStart + match.index;
    const text = match[0];
    const place = { text, start, end: start + text.length };
    const groups = match.groups ?? {};
    if (groups.name !== undefined) tokens.push({ kind: 'name', ...place });
    else if (groups.number !== undefined) tokens.push({ kind: 'number', ...place });
    else if (groups.string !== undefined)
      tokens.push({ kind: 'string', ...place, value: text.slice(1, -1).replace(/\\(.)/g, '$1') });
    else if (groups.operator !== undefined) tokens.push({ kind: 'operator', ...place });
  }
  return tokens;
}

/** 1-based line and column of an offset. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
