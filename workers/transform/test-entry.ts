import { type ConfigPatch, isConfigKey, readConfig } from './config.ts';
import type { Place, Problems } from './errors.ts';
import type { RenderValue } from './render-value.ts';
import type { Entry, Tree } from './yaml-tree.ts';

/** A generic test as a properties file asks for it. */
export interface TestEntry extends Place {
  /** Name of the test macro without `test_`. */
  testName: string;
  namespace: string | null;
  /** Arguments as written, `column_name` and `model` not among them. */
  args: Record<string, unknown>;
  columnName: string | null;
  config: ConfigPatch;
  /** `name:` in the entry. */
  customName: string | null;
  description: string;
  /** Tags of the column. */
  tags: string[];
}

/** Configs of dbt that a test may name at top level: rejected by name there rather than taken for arguments. */
const FOREIGN_CONFIGS = ['store_failures', 'store_failures_as', 'database'];

/** Reads `data_tests:` (or `tests:`) of a column, model or table. */
export function readTests(
  owner: Tree,
  columnName: string | null,
  tags: string[],
  render: RenderValue,
  problems: Problems,
): TestEntry[] {
  const entry = owner.entries?.get('data_tests') ?? owner.entries?.get('tests');
  if (!entry || entry.tree.value === null) return [];
  if (!entry.tree.items)
    problems.add(entry, entry.key, `'${entry.key}' is not a list.`, 'Begin each test with a dash.');
  const read = entry.tree.items?.map((item) => readTest(item, columnName, tags, render, problems)) ?? [];
  return read.filter((one) => one !== null);
}

function readTest(
  item: Tree,
  columnName: string | null,
  tags: string[],
  render: RenderValue,
  problems: Problems,
): TestEntry | null {
  const named = splitTest(item);
  if (!named) {
    const hint = "Expected a test's name, or one name with its arguments and config.";
    problems.add(item, 'data_tests', 'This is not a data test.', hint);
    return null;
  }
  const [namespace, testName] = named.name.includes('.') ? splitOnce(named.name) : [null, named.name];
  const place = { file: item.file, line: item.line, column: item.column };
  const parts = sortEntries(named.entries, render, problems);
  return { ...place, testName, namespace, columnName, tags, ...parts };
}

/** `- unique`, `- unique: {...}` or `- {test_name: unique, ...}`. */
function splitTest(item: Tree): { name: string; entries: Entry[] } | null {
  if (typeof item.value === 'string') return { name: item.value, entries: [] };
  const entries = [...(item.entries?.values() ?? [])];
  const given = item.entries?.get('test_name');
  if (given) return { name: String(given.tree.value), entries: entries.filter((one) => one !== given) };
  const [only] = entries;
  if (!only || entries.length > 1 || (only.tree.value !== null && !only.tree.entries)) return null;
  return { name: only.key, entries: [...(only.tree.entries?.values() ?? [])] };
}

function splitOnce(name: string): [string, string] {
  const at = name.indexOf('.');
  return [name.slice(0, at), name.slice(at + 1)];
}

type Parts = Pick<TestEntry, 'args' | 'config' | 'customName' | 'description'>;

function sortEntries(entries: Entry[], render: RenderValue, problems: Problems): Parts {
  const parts: Parts = { args: {}, config: {}, customName: null, description: '' };
  const configs: Entry[] = [];
  for (const entry of entries) {
    const { key, tree } = entry;
    if (key === 'name') parts.customName = String(tree.value);
    else if (key === 'description') parts.description = String(tree.value);
    else if (key === 'config') configs.push(...(tree.entries?.values() ?? []));
    else if (key === 'arguments') Object.assign(parts.args, tree.value);
    else if (isConfigKey('test', key) || FOREIGN_CONFIGS.includes(key)) configs.push(entry);
    else parts.args[key] = tree.value;
  }
  const values = configs.map(({ tree, ...entry }) => ({ ...entry, value: render(tree) }));
  parts.config = readConfig('test', values, problems);
  return parts;
}
