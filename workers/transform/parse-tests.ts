import { defaultConfig, mergeConfig } from './config.ts';
import { nodeScope } from './context.ts';
import type { Place } from './errors.ts';
import { atPlace, isBuiltinTest, missingArguments, renderTest } from './test-sql.ts';
import { recordingBindings, renderForParse } from './first-pass.ts';
import { emptyNode, nameNode } from './parse-node.ts';
import { type Parsing, belowRoot, fqnOf, stemOf } from './parsing.ts';
import { configOf } from './project.ts';
import type { NodeProperties, Properties, SourceTable } from './properties.ts';
import type { ResourceFile } from './resources.ts';
import type { TestEntry } from './test-entry.ts';
import { hashTest, nameTest } from './test-name.ts';
import type { Manifest, ManifestNode } from './types.ts';

/** Adds the singular tests: one per SQL file of the test folders. */
export function parseSingularTests(manifest: Manifest, files: ResourceFile[], parsing: Parsing): void {
  const { project, problems } = parsing;
  for (const { file, path, text } of files) {
    const name = stemOf(file);
    const fqn = fqnOf(project.name, path, name);
    const node = emptyNode('test', name, path, file, fqn, parsing);
    node.raw_code = text.trim();
    node.config = mergeConfig(defaultConfig('test'), configOf(project.configs.data_tests, fqn));
    renderForParse(node, text, parsing);
    nameNode(node, parsing);
    if (manifest.nodes[node.unique_id])
      problems.add(
        { file, line: 1 },
        name,
        `There are two tests named '${name}'.`,
        'Rename one of the two files.',
      );
    if (node.config.enabled) manifest.nodes[node.unique_id] = node;
  }
}

/** What a generic test is put on. */
interface TestTarget {
  properties: NodeProperties;
  /** Name in the test's name. */
  name: string;
  /** `ref('x')` or `source('x', 'y')`. */
  call: string;
  attachedNode: string | null;
}

/** Adds the generic tests of models and sources. Tests on a disabled model or source are left out, as in dbt. */
export function parseGenericTests(manifest: Manifest, properties: Properties, parsing: Parsing): void {
  const { project } = parsing;
  for (const model of properties.models) {
    const attachedNode = `model.${project.name}.${model.name}`;
    if (!manifest.nodes[attachedNode]) continue;
    const target = { properties: model, name: model.name, call: `ref('${model.name}')`, attachedNode };
    for (const entry of model.tests) addTest(manifest, target, entry, parsing);
  }
  for (const table of properties.tables) {
    if (!manifest.sources[`source.${project.name}.${table.sourceName}.${table.name}`]) continue;
    for (const entry of table.tests) addTest(manifest, sourceTarget(table), entry, parsing);
  }
}

function sourceTarget(table: SourceTable): TestTarget {
  const call = `source('${table.sourceName}', '${table.name}')`;
  return { properties: table, name: `${table.sourceName}_${table.name}`, call, attachedNode: null };
}

function addTest(manifest: Manifest, target: TestTarget, entry: TestEntry, parsing: Parsing): void {
  const { problems, project } = parsing;
  if (!checkEntry(entry, parsing)) return;
  const node = buildTest(target, entry, parsing);
  const other = manifest.nodes[node.unique_id];
  if (other)
    problems.add(
      entry,
      node.name,
      `The test '${node.name}' is defined twice.`,
      "Remove one, or give it a 'name:'.",
    );
  if (!node.config.enabled) return;
  const bindings = recordingBindings(
    node,
    () => node.config,
    () => undefined,
  );
  try {
    const scope = nodeScope(parsing.context, bindings);
    renderTest({ node, call: target.call, scope, jinja: parsing.jinja, library: parsing.library });
  } catch (error) {
    problems.absorb(atPlace(error, placeOf(entry)));
  }
  const macro = `macro.${project.name}.test_${entry.testName}`;
  node.depends_on.macros = manifest.macros[macro] ? [macro] : [];
  manifest.nodes[node.unique_id] = node;
  parsing.testPlaces.set(node.unique_id, placeOf(entry));
}

function checkEntry(entry: TestEntry, { library, problems }: Parsing): boolean {
  const { testName, namespace, args } = entry;
  const full = namespace === null ? testName : `${namespace}.${testName}`;
  const macro = library.macros.get(`test_${testName}`);
  if (namespace !== null || !(macro || isBuiltinTest(testName))) {
    const own = [...library.macros.keys()]
      .filter((name) => name.startsWith('test_'))
      .map((name) => name.slice(5));
    const supported = ['not_null', 'unique', 'accepted_values', 'relationships', ...own];
    problems.add(
      entry,
      full,
      `The data test '${full}' is not supported.`,
      `Supported: ${supported.join(', ')}.`,
    );
    return false;
  }
  const wrong = missingArguments(
    testName,
    { ...args, ...(entry.columnName ? { column_name: entry.columnName } : {}) },
    macro,
  );
  if (wrong) problems.add(entry, full, wrong);
  return wrong === null;
}

function buildTest(target: TestTarget, entry: TestEntry, parsing: Parsing): ManifestNode {
  const { project } = parsing;
  const column = entry.columnName === null ? {} : { column_name: entry.columnName };
  const kwargs = { ...column, ...entry.args, model: `{{ get_where_subquery(${target.call}) }}` };
  const { testName, namespace } = entry;
  const onSource = target.attachedNode === null;
  const identity = { testName, namespace, targetName: target.name, onSource, kwargs };
  const { full, short } = entry.customName
    ? { full: entry.customName, short: entry.customName }
    : nameTest(identity);
  const { file } = target.properties;
  const fqn = fqnOf(project.name, belowRoot(file), full);
  const node = emptyNode('test', full, `${short}.sql`, file, fqn, parsing);
  node.unique_id = `test.${project.name}.${full}.${hashTest(full, identity)}`;
  node.alias = short;
  node.description = entry.description;
  node.raw_code = `{{ test_${testName}(**_dbt_generic_test_kwargs) }}`;
  const base = mergeConfig(defaultConfig('test'), configOf(project.configs.data_tests, fqn));
  // dbt itself puts the short name into the config when the full one is too long.
  const alias = short === full ? {} : { alias: short };
  node.config = mergeConfig(base, { ...alias, ...entry.config });
  nameNode(node, parsing);
  node.tags = [...new Set([...entry.tags, ...node.config.tags])].sort();
  node.test_metadata = { name: testName, kwargs, namespace };
  node.column_name = entry.columnName;
  node.attached_node = target.attachedNode;
  return node;
}

function placeOf({ file, line, column }: TestEntry): Place {
  return { file, line, column };
}
