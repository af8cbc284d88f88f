import type { Problems } from './errors.ts';
import { type Segment, lexTemplate, positionOf, tokenize } from './jinja-lexer.ts';
import { parametersOf } from './jinja-scan.ts';
import type { ManifestMacro } from './types.ts';

/** Finds the `{% macro %}` and `{% test %}` blocks of a file. What stands between them is ignored, as in dbt. */
export function parseMacros(
  file: string,
  text: string,
  project: string,
  problems: Problems,
): ManifestMacro[] {
  const macros: ManifestMacro[] = [];
  let open: { segment: Segment; tag: string } | null = null;
  for (const segment of lexTemplate(text)) {
    if (segment.kind !== 'statement') continue;
    const tag = tokenize(segment)[0]?.text ?? '';
    if (open === null && (tag === 'macro' || tag === 'test')) open = { segment, tag };
    if (open !== null && tag === `end${open.tag}`) {
      macros.push(buildMacro(file, text, project, open.segment, segment));
      open = null;
    }
  }
  if (open !== null) {
    const place = { file, ...positionOf(text, open.segment.start) };
    problems.add(
      place,
      open.tag,
      `The block {% ${open.tag} %} is never closed.`,
      `Add {% end${open.tag} %}.`,
    );
  }
  return macros;
}

function buildMacro(
  file: string,
  text: string,
  project: string,
  open: Segment,
  close: Segment,
): ManifestMacro {
  const [tag, given] = tokenize(open);
  const isTest = tag?.text === 'test';
  const name = `${isTest ? 'test_' : ''}${given?.text ?? ''}`;
  return {
    unique_id: `macro.${project}.${name}`,
    resource_type: 'macro',
    name,
    package_name: project,
    original_file_path: file,
    line: positionOf(text, open.start).line,
    arguments: parametersOf(tokenize(open)).map((token) => token.text),
    macro_sql: isTest ? asMacro(text, open, close) : text.slice(open.start, close.end),
  };
}

/** `{% test x(...) %}` says the same as `{% macro test_x(...) %}`; MiniJinja knows only the latter. */
function asMacro(text: string, open: Segment, close: Segment): string {
  const head = text.slice(open.start, open.end).replace(/\btest(\s+)/, 'macro$1test_');
  const tail = text.slice(close.start, close.end).replace('endtest', 'endmacro');
  return head + text.slice(open.end, close.start) + tail;
}
