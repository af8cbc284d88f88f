import {
  type ConfigOwner,
  type ConfigPatch,
  type ConfigValue,
  isConfigKey,
  mergeConfig,
  readConfig,
} from './config.ts';
import type { Problems } from './errors.ts';
import type { RenderValue } from './render-value.ts';
import type { ProjectFiles } from './types.ts';
import { type Entry, type Tree, parseYaml } from './yaml-tree.ts';

/** Configs by folder, as a resource's key in dbt_project.yml lays them out. */
export interface ConfigTree {
  patch: ConfigPatch;
  children: Map<string, ConfigTree>;
}

export type PathKind = 'model' | 'test' | 'macro' | 'seed' | 'snapshot' | 'analysis';

/** dbt_project.yml, read. */
export interface Project {
  name: string;
  version: string | null;
  profile: string | null;
  paths: Record<PathKind, string[]>;
  vars: Record<string, unknown>;
  configs: Record<'models' | 'data_tests' | 'sources', ConfigTree>;
}

export const PROJECT_FILE = 'dbt_project.yml';

const PATHS: Record<PathKind, string> = {
  model: 'models',
  test: 'tests',
  macro: 'macros',
  seed: 'seeds',
  snapshot: 'snapshots',
  analysis: 'analyses',
};
const RESOURCES: Record<string, { key: keyof Project['configs']; owner: ConfigOwner }> = {
  models: { key: 'models', owner: 'model' },
  data_tests: { key: 'data_tests', owner: 'test' },
  tests: { key: 'data_tests', owner: 'test' },
  sources: { key: 'sources', owner: 'source' },
};
/** Keys that change nothing here: where dbt's command line keeps its files, and which dbt a project asks for. */
const INERT = new Set(
  'config-version require-dbt-version target-path log-path clean-targets packages-install-path docs-paths asset-paths function-paths flags'.split(
    ' ',
  ),
);

/** Reads dbt_project.yml. Answers null when it is missing or not YAML. */
export function parseProjectFile(
  files: ProjectFiles,
  render: RenderValue,
  problems: Problems,
): Project | null {
  const text = files.get(PROJECT_FILE);
  if (text === undefined) {
    problems.add({ file: PROJECT_FILE, line: 1 }, PROJECT_FILE, 'The project has no dbt_project.yml.');
    return null;
  }
  const before = problems.list.length;
  const tree = parseYaml(PROJECT_FILE, text, problems);
  if (!tree?.entries) {
    const place = { file: PROJECT_FILE, line: 1 };
    if (problems.list.length === before)
      problems.add(place, PROJECT_FILE, 'dbt_project.yml is not a mapping.', "Begin with 'name: <project>'.");
    return null;
  }
  const project = emptyProject(readName(tree, problems));
  for (const entry of tree.entries.values()) readEntry(project, entry, render, problems);
  return project;
}

/** The configs of dbt_project.yml for a node, shallow to deep (dbt.md section 1). */
export function configOf(tree: ConfigTree, fqn: string[]): ConfigPatch {
  let patch = tree.patch;
  let level: ConfigTree | undefined = tree;
  for (const part of fqn) {
    level = level.children.get(part);
    if (!level) break;
    patch = mergeConfig(patch, level.patch);
  }
  return patch;
}

function emptyProject(name: string): Project {
  const tree = (): ConfigTree => ({ patch: {}, children: new Map() });
  const paths = Object.entries(PATHS).map(([kind, path]) => [kind, [path]]);
  return {
    name,
    version: null,
    profile: null,
    paths: Object.fromEntries(paths) as Project['paths'],
    vars: {},
    configs: { models: tree(), data_tests: tree(), sources: tree() },
  };
}

function readName(tree: Tree, problems: Problems): string {
  const name = tree.entries?.get('name')?.tree;
  const valid = typeof name?.value === 'string' && /^[^\d\W]\w*$/.test(name.value);
  const expected = 'Expected letters, digits and underscores, not beginning with a digit.';
  if (!valid) problems.add(name ?? tree, 'name', `The project's name is missing or wrong.`, expected);
  return String(name?.value ?? '');
}

function readEntry(project: Project, entry: Entry, render: RenderValue, problems: Problems): void {
  const { key, tree } = entry;
  const kind = Object.keys(PATHS).find((one) => `${one}-paths` === key) as PathKind | undefined;
  const resource = RESOURCES[key];
  if (key === 'name' || INERT.has(key)) return;
  if (key === 'version') project.version = String(tree.value);
  else if (key === 'profile') project.profile = String(tree.value);
  else if (key === 'vars') project.vars = readVars(project.name, tree, problems);
  else if (kind) project.paths[kind] = readPaths(entry, problems);
  else if (resource) {
    const known = new Set([project.name]);
    project.configs[resource.key] = readTree(tree, resource.owner, known, render, problems);
  } else if (key !== 'packages' && isEmpty(tree)) return;
  else {
    const supported = [
      ...Object.keys(RESOURCES),
      ...INERT,
      'model-paths',
      'test-paths',
      'macro-paths',
      'name',
      'profile',
      'vars',
      'version',
    ];
    problems.add(
      entry,
      key,
      `The key '${key}' of dbt_project.yml is not supported.`,
      `Supported: ${supported.sort().join(', ')}.`,
    );
  }
}

function isEmpty(tree: Tree): boolean {
  return tree.value === null || (tree.entries?.size ?? tree.items?.length) === 0;
}

function readPaths(entry: Entry, problems: Problems): string[] {
  const items = entry.tree.items ?? [entry.tree];
  const paths = items.map((item) => item.value).filter((value) => typeof value === 'string');
  if (paths.length < items.length) problems.add(entry, entry.key, `'${entry.key}' is not a list of folders.`);
  return paths.map((path) => path.replace(/^\.\//, '').replace(/\/$/, ''));
}

/** Variables of the project's own scope lie over the global ones. A mapping of another name is a variable too. */
function readVars(project: string, tree: Tree, problems: Problems): Record<string, unknown> {
  if (!tree.entries) {
    if (tree.value !== null) problems.add(tree, 'vars', "'vars' is not a mapping of names to values.");
    return {};
  }
  const { [project]: own, ...rest } = tree.value as Record<string, unknown>;
  return typeof own === 'object' && own !== null ? { ...rest, ...own } : rest;
}

function readTree(
  tree: Tree,
  owner: ConfigOwner,
  folders: Set<string> | null,
  render: RenderValue,
  problems: Problems,
): ConfigTree {
  const values: ConfigValue[] = [];
  const children = new Map<string, ConfigTree>();
  for (const { key, tree: value, ...place } of tree.entries?.values() ?? []) {
    const isConfig =
      key.startsWith('+') || isConfigKey(owner, key) || (!value.entries && value.value !== null);
    if (isConfig) values.push({ ...place, key: key.replace(/^\+/, ''), value: render(value) });
    else if (folders && !folders.has(key))
      problems.add(
        place,
        key,
        `'${key}' is not a package of this project.`,
        `Expected ${[...folders].join(', ')}.`,
      );
    else children.set(key, readTree(value, owner, null, render, problems));
  }
  return { patch: readConfig(owner, values, problems), children };
}
