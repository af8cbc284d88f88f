import { LineCounter, type Node, isAlias, isMap, isScalar, isSeq, parseDocument, type Document } from 'yaml';
import type { Place, Problems } from './errors.ts';

/** A YAML value that knows where it stands. `value` is the plain value of the whole subtree. */
export interface Tree extends Place {
  value: unknown;
  /** Of a mapping. */
  entries?: Map<string, Entry>;
  /** Of a sequence. */
  items?: Tree[];
}

/** A key of a mapping with its value; the place is that of the key. */
export interface Entry extends Place {
  key: string;
  tree: Tree;
}

/**
 * Reads one YAML file as PyYAML does (YAML 1.1: `yes` is true), with positions.
 * Answers null for an empty file, and after a syntax error, which becomes a problem.
 */
export function parseYaml(file: string, text: string, problems: Problems): Tree | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.1', prettyErrors: false });
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    problems.add({ file, line, column: col }, 'yaml', `The file is not valid YAML: ${error.message}`);
  }
  if (document.errors.length > 0 || document.contents === null) return null;
  return buildTree(document.contents, { file, lines, document });
}

interface Source {
  file: string;
  lines: LineCounter;
  document: Document;
}

function placeOf(node: Node | null, source: Source): Place {
  const { line, col } = source.lines.linePos(node?.range?.[0] ?? 0);
  return { file: source.file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

function buildTree(node: unknown, source: Source, fallback?: Place): Tree {
  const target = isAlias(node) ? (node.resolve(source.document) ?? null) : node;
  if (isMap(target)) return buildMap(target.items, placeOf(target, source), source);
  if (isSeq(target)) {
    const place = placeOf(target, source);
    const items = target.items.map((item) => buildTree(item, source, place));
    return { ...place, items, value: items.map((item) => item.value) };
  }
  if (isScalar(target)) return { ...placeOf(target, source), value: plainScalar(target.value) };
  return { ...(fallback ?? placeOf(null, source)), value: null };
}

function buildMap(pairs: { key: unknown; value: unknown }[], place: Place, source: Source): Tree {
  const entries = new Map<string, Entry>();
  for (const pair of pairs) {
    const keyNode = isScalar(pair.key) ? pair.key : null;
    const at = keyNode ? placeOf(keyNode, source) : place;
    const key = String(keyNode ? keyNode.value : pair.key);
    entries.set(key, { ...at, key, tree: buildTree(pair.value, source, at) });
  }
  const value = Object.fromEntries([...entries].map(([key, entry]) => [key, entry.tree.value]));
  return { ...place, entries, value };
}

function plainScalar(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, value.getUTCHours() === 0 ? 10 : 19);
  return typeof value === 'bigint' ? Number(value) : value;
}
