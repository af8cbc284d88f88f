import { type Segment, type Token, lexTemplate, positionOf, tokenize } from './jinja-lexer.ts';

/** A name read or called in a template: `dbt.dateadd(` is `{path: ['dbt', 'dateadd'], called: true}`. */
export interface Mention {
  path: string[];
  called: boolean;
  /** Leading string literals of the call, up to the first argument that is something else. */
  literals: string[];
  line: number;
  column: number;
  start: number;
  end: number;
}

export interface Named {
  name: string;
  line: number;
  column: number;
}

/** What a template says, found without rendering it. */
export interface Scan {
  tags: Named[];
  /** Names that the template does not define itself. */
  mentions: Mention[];
  filters: Named[];
  tests: Named[];
}

const words = (text: string) => new Set(text.split(' '));

const WORDS = words('and or not in is if else elif true false none True False None recursive loop caller');
/** Statements of a model or singular test. */
export const MODEL_TAGS = words(
  'set endset if elif else endif for endfor macro endmacro call endcall do filter endfilter with endwith raw endraw',
);
/** Statements of a file of macros, where generic tests are defined too. */
export const MACRO_TAGS = new Set([...MODEL_TAGS, 'test', 'endtest']);

/** Reads every tag, name, call, filter and test of a template. */
export function scanTemplate(text: string): Scan {
  const scan: Scan = { tags: [], mentions: [], filters: [], tests: [] };
  const locals = new Set<string>();
  for (const segment of lexTemplate(text)) {
    if (segment.kind === 'expression') readTokens(tokenize(segment), text, scan);
    if (segment.kind === 'statement') readStatement(segment, text, scan, locals);
  }
  scan.mentions = scan.mentions.filter((one) => !locals.has(one.path[0] ?? ''));
  return scan;
}

function readStatement(segment: Segment, text: string, scan: Scan, locals: Set<string>): void {
  const tokens = tokenize(segment);
  const [tag, ...rest] = tokens;
  // The end of a statement that is not known says nothing new.
  if (tag === undefined || (/^end/.test(tag.text) && !MACRO_TAGS.has(tag.text))) return;
  scan.tags.push({ name: tag.text, ...positionOf(text, tag.start) });
  if (!MACRO_TAGS.has(tag.text)) return;
  if (tag.text === 'filter' && rest[0])
    scan.filters.push({ name: rest[0].text, ...positionOf(text, rest[0].start) });
  const defined = definitionsOf(tag.text, rest);
  for (const token of defined) locals.add(token.text);
  const body = tag.text === 'filter' ? rest.slice(1) : rest.filter((token) => !defined.includes(token));
  if (!tag.text.startsWith('end')) readTokens(body, text, scan);
}

/** The names that a statement brings into being. */
function definitionsOf(tag: string, tokens: Token[]): Token[] {
  const names = (until: number) => tokens.slice(0, until).filter((token) => token.kind === 'name');
  const indexOf = (text: string) => {
    const at = tokens.findIndex((token) => token.text === text);
    return at < 0 ? tokens.length : at;
  };
  if (tag === 'set')
    return indexOf('=') > 1 && tokens[1]?.text === '.' ? [] : names(Math.min(indexOf('='), indexOf('|')));
  if (tag === 'for') return names(indexOf('in'));
  if (tag === 'macro' || tag === 'test') return [...names(1), ...parametersOf(tokens)];
  if (tag === 'call') return tokens[0]?.text === '(' ? parametersOf(tokens) : [];
  if (tag === 'with')
    return tokens.filter((token, i) => token.kind === 'name' && tokens[i + 1]?.text === '=');
  return [];
}

/** Parameter names of the first parenthesised list: names that follow `(` or `,` at its own depth. */
export function parametersOf(tokens: Token[]): Token[] {
  const names: Token[] = [];
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1]?.text;
    if (token.kind === 'name' && depth === 1 && (before === '(' || before === ',')) names.push(token);
    if ('([{'.includes(token.text)) depth++;
    if (')]}'.includes(token.text) && --depth === 0) break;
  }
  return names;
}

function readTokens(tokens: Token[], text: string, scan: Scan): void {
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'name') continue;
    const before = tokens[i - 1]?.text;
    const named = { name: token.text, ...positionOf(text, token.start) };
    if (before === '.') continue;
    if (before === '|') scan.filters.push(named);
    else if (token.text !== 'not' && isTestName(tokens, i)) scan.tests.push(named);
    else if (!WORDS.has(token.text) && !isKeyword(tokens, i))
      scan.mentions.push(readMention(tokens, i, text));
  }
}

function isTestName(tokens: Token[], i: number): boolean {
  const before = tokens[i - 1]?.text;
  return before === 'is' || (before === 'not' && tokens[i - 2]?.text === 'is');
}

/** `name=` inside a call names an argument. */
function isKeyword(tokens: Token[], i: number): boolean {
  const before = tokens[i - 1]?.text;
  return tokens[i + 1]?.text === '=' && (before === '(' || before === ',');
}

function readMention(tokens: Token[], from: number, text: string): Mention {
  const path = [tokens[from]?.text ?? ''];
  let at = from + 1;
  while (tokens[at]?.text === '.' && tokens[at + 1]?.kind === 'name') {
    path.push(tokens[at + 1]?.text ?? '');
    at += 2;
  }
  const start = tokens[from]?.start ?? 0;
  const called = tokens[at]?.text === '(';
  const literals = called ? readLiterals(tokens, at + 1) : [];
  return { path, called, literals, start, end: tokens[at - 1]?.end ?? start, ...positionOf(text, start) };
}

function readLiterals(tokens: Token[], from: number): string[] {
  const literals: string[] = [];
  for (let at = from; tokens[at]?.kind === 'string'; at += 2) {
    const next = tokens[at + 1]?.text;
    if (next !== ',' && next !== ')') break;
    literals.push(tokens[at]?.value ?? '');
    if (next === ')') break;
  }
  return literals;
}
