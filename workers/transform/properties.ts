import { type ConfigOwner, type ConfigPatch, readConfig } from './config.ts';
import type { Place, Problems } from './errors.ts';
import { type TestEntry, readTests } from './test-entry.ts';
import type { RenderValue } from './render-value.ts';
import type { ColumnDoc } from './types.ts';
import { type Entry, type Tree, parseYaml } from './yaml-tree.ts';

/** What a properties file says of a model or of a table of a source. */
export interface NodeProperties extends Place {
  name: string;
  description: string;
  config: ConfigPatch;
  columns: Record<string, ColumnDoc>;
  tests: TestEntry[];
}

export interface SourceTable extends NodeProperties {
  sourceName: string;
  database: string | null;
  schema: string;
  identifier: string;
}

/** One properties file (`schema.yml`), read. */
export interface Properties {
  models: NodeProperties[];
  tables: SourceTable[];
}

interface Reading {
  render: RenderValue;
  problems: Problems;
}

const KEYS = {
  file: ['version', 'models', 'sources', 'macros'],
  model: ['name', 'description', 'config', 'columns', 'data_tests', 'tests', 'docs'],
  source: ['name', 'description', 'database', 'schema', 'config', 'tables', 'loader'],
  table: ['name', 'description', 'identifier', 'config', 'columns', 'data_tests', 'tests'],
  column: ['name', 'description', 'data_type', 'config', 'data_tests', 'tests'],
  macro: ['name', 'description', 'arguments', 'docs'],
};

/** Reads a properties file; every key that is not supported becomes a problem. */
export function parseProperties(
  file: string,
  text: string,
  render: RenderValue,
  problems: Problems,
): Properties {
  const tree = parseYaml(file, text, problems);
  const reading = { render, problems };
  if (!tree) return { models: [], tables: [] };
  checkKeys(tree, 'file', 'a properties file', problems);
  for (const macro of itemsOf(tree, 'macros', problems)) checkKeys(macro, 'macro', 'a macro', problems);
  return {
    models: itemsOf(tree, 'models', problems).map((model) => {
      checkKeys(model, 'model', 'a model', problems);
      return readNode(model, 'model', reading);
    }),
    tables: itemsOf(tree, 'sources', problems).flatMap((source) => readSource(source, reading)),
  };
}

function readSource(source: Tree, reading: Reading): SourceTable[] {
  const { problems, render } = reading;
  checkKeys(source, 'source', 'a source', problems);
  const sourceName = nameOf(source, 'source', problems);
  const config = readConfigEntry(source, 'source', reading);
  const value = (tree: Tree, key: string) => {
    const found = tree.entries?.get(key)?.tree;
    const rendered = found ? render(found) : null;
    return rendered === null || rendered === undefined ? null : String(rendered);
  };
  return itemsOf(source, 'tables', problems).map((table) => {
    checkKeys(table, 'table', 'a table of a source', problems);
    const node = readNode(table, 'source', reading);
    return {
      ...node,
      config: { ...config, ...node.config, tags: [...(config.tags ?? []), ...(node.config.tags ?? [])] },
      sourceName,
      database: value(source, 'database'),
      schema: value(source, 'schema') ?? sourceName,
      identifier: value(table, 'identifier') ?? node.name,
    };
  });
}

function readNode(tree: Tree, owner: ConfigOwner, reading: Reading): NodeProperties {
  const { file, line, column } = tree;
  const columns: Record<string, ColumnDoc> = {};
  const tests: TestEntry[] = [];
  for (const one of itemsOf(tree, 'columns', reading.problems)) {
    checkKeys(one, 'column', 'a column', reading.problems);
    const name = nameOf(one, 'column', reading.problems);
    const config = readConfigEntry(one, 'column', reading);
    const type = one.entries?.get('data_type')?.tree.value;
    columns[name] = { name, description: descriptionOf(one, reading), data_type: type ? String(type) : null };
    tests.push(...readTests(one, name, config.tags ?? [], reading.render, reading.problems));
  }
  tests.push(...readTests(tree, null, [], reading.render, reading.problems));
  const name = nameOf(tree, owner, reading.problems);
  const config = readConfigEntry(tree, owner, reading);
  return { file, line, column, name, description: descriptionOf(tree, reading), config, columns, tests };
}

function descriptionOf(tree: Tree, { problems }: Reading): string {
  const entry = tree.entries?.get('description');
  const text = entry?.tree.value ?? '';
  if (entry && /\{\{/.test(String(text)))
    problems.add(
      entry.tree,
      'doc',
      'Jinja in a description, such as doc(), is not supported.',
      'Write the text itself.',
    );
  return String(text);
}

function readConfigEntry(tree: Tree, owner: ConfigOwner, { render, problems }: Reading): ConfigPatch {
  const entries = tree.entries?.get('config')?.tree.entries ?? new Map<string, Entry>();
  const values = [...entries.values()].map(({ tree: value, ...entry }) => ({
    ...entry,
    value: render(value),
  }));
  return readConfig(owner, values, problems);
}

function nameOf(tree: Tree, what: string, problems: Problems): string {
  const name = tree.entries?.get('name')?.tree.value;
  if (typeof name !== 'string' || name === '')
    problems.add(tree, 'name', `This ${what} has no name.`, "Add 'name:'.");
  return String(name ?? '');
}

function itemsOf(tree: Tree, key: string, problems: Problems): Tree[] {
  const entry = tree.entries?.get(key);
  if (!entry || entry.tree.value === null) return [];
  if (!entry.tree.items) problems.add(entry, key, `'${key}' is not a list.`, 'Begin each item with a dash.');
  return entry.tree.items ?? [];
}

function checkKeys(tree: Tree, kind: keyof typeof KEYS, what: string, problems: Problems): void {
  if (!tree.entries) problems.add(tree, what, `This is not ${what}: expected a mapping.`);
  for (const entry of tree.entries?.values() ?? []) {
    if (KEYS[kind].includes(entry.key)) continue;
    const moved = ['tags', 'meta', 'enabled'].includes(entry.key);
    const hint = moved ? `Put it under 'config:'.` : `Supported: ${KEYS[kind].join(', ')}.`;
    problems.add(entry, entry.key, `The key '${entry.key}' of ${what} is not supported.`, hint);
  }
}
