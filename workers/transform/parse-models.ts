import { type ConfigPatch, type ConfigValue, defaultConfig, mergeConfig, readConfig } from './config.ts';
import { nodeScope } from './context.ts';
import type { Place } from './errors.ts';
import { type Scan, scanTemplate } from './jinja-scan.ts';
import { printRelation, type SchemaNaming, schemaNaming } from './naming.ts';
import { type Parsing, fqnOf, stemOf } from './parsing.ts';
import { configOf } from './project.ts';
import type { NodeProperties, Properties } from './properties.ts';
import type { ResourceFile } from './resources.ts';
import type { Manifest, ManifestNode, NodeConfig, Relation } from './types.ts';

/** Adds the sources of all properties files to the manifest. */
export function parseSources(manifest: Manifest, properties: Properties, parsing: Parsing): void {
  const { project, context, problems } = parsing;
  for (const table of properties.tables) {
    const unique_id = `source.${project.name}.${table.sourceName}.${table.name}`;
    const fqn = [...fqnOf(project.name, belowRoot(table.file), table.sourceName), table.name];
    const config = mergeConfig(configOf(project.configs.sources, fqn), table.config);
    if (manifest.sources[unique_id])
      problems.add(
        table,
        'sources',
        `The source table '${table.sourceName}.${table.name}' is defined twice.`,
      );
    if (config.enabled === false) continue;
    manifest.sources[unique_id] = {
      unique_id,
      resource_type: 'source',
      original_file_path: table.file,
      source_name: table.sourceName,
      name: table.name,
      identifier: table.identifier,
      database: table.database ?? context.target.database,
      schema: table.schema,
      description: table.description,
      columns: table.columns,
      tags: config.tags ?? [],
      fqn,
    };
  }
}

/** Adds the models: configs of all layers merged, refs and sources found by rendering and by reading the text. */
export function parseModels(
  manifest: Manifest,
  files: ResourceFile[],
  properties: Properties,
  parsing: Parsing,
): void {
  const { project, problems } = parsing;
  const naming = namingOf(parsing);
  const unused = new Set(properties.models);
  const seen = new Map<string, string>();
  for (const file of files) {
    const name = stemOf(file.file);
    const described = properties.models.filter((one) => one.name === name);
    for (const one of described) unused.delete(one);
    for (const one of described.slice(1)) problems.add(one, name, `The model '${name}' is described twice.`);
    const other = seen.get(name);
    if (other)
      problems.add(
        { file: file.file, line: 1 },
        name,
        `The model '${name}' already exists: ${other}.`,
        'Rename one of the two files.',
      );
    seen.set(name, file.file);
    const node = parseModel(file, described[0], naming, parsing);
    if (node.config.enabled) manifest.nodes[node.unique_id] = node;
  }
  for (const one of unused)
    problems.add(
      one,
      one.name,
      `There is no model '${one.name}' in ${project.paths.model.join(', ')}.`,
      'Rename or remove this entry.',
    );
}

/** How a project names schemas; also for its tests. */
export function namingOf({ jinja, library, context }: Parsing): SchemaNaming {
  const relation = { database: context.target.database, schema: context.target.schema, identifier: '' };
  const bindings = {
    ref: () => '',
    source: () => '',
    config: () => undefined,
    getConfig: () => null,
    relation,
  };
  return schemaNaming(jinja, library, context.target, nodeScope(context, bindings));
}

function parseModel(
  { file, path, text }: ResourceFile,
  described: NodeProperties | undefined,
  naming: SchemaNaming,
  parsing: Parsing,
): ManifestNode {
  const { project } = parsing;
  const name = stemOf(file);
  const fqn = fqnOf(project.name, path, name);
  const layers = [configOf(project.configs.models, fqn), described?.config ?? {}];
  const base = layers.reduce<NodeConfig>(
    (config, patch) => mergeConfig(config, patch),
    defaultConfig('model'),
  );
  const node: ManifestNode = {
    ...emptyNode('model', name, path, file, fqn, parsing),
    unique_id: `model.${project.name}.${name}`,
    raw_code: text.trim(),
    config: base,
    description: described?.description ?? '',
    columns: described?.columns ?? {},
  };
  renderForParse(node, text, parsing);
  nameNode(node, naming, parsing);
  return node;
}

/** A node before it is rendered. */
export function emptyNode(
  resource_type: 'model' | 'test',
  name: string,
  path: string,
  original_file_path: string,
  fqn: string[],
  { project, context }: Parsing,
): ManifestNode {
  return {
    unique_id: `${resource_type}.${project.name}.${name}`,
    resource_type,
    name,
    alias: name,
    package_name: project.name,
    path,
    original_file_path,
    database: context.target.database,
    schema: context.target.schema,
    fqn,
    config: defaultConfig(resource_type),
    tags: [],
    description: '',
    columns: {},
    raw_code: '',
    refs: [],
    sources: [],
    depends_on: { nodes: [], macros: [] },
  };
}

/** Gives a node its schema, alias and tags once its config is complete. */
export function nameNode(node: ManifestNode, naming: SchemaNaming, { problems }: Parsing): void {
  node.alias = node.config.alias?.trim() ?? node.alias;
  node.tags = node.config.tags;
  try {
    node.schema = naming(node.config.schema, { name: node.name, resource_type: node.resource_type });
  } catch (error) {
    problems.absorb(error);
  }
}

/** First pass: fills refs, sources and the in-file config of a node from its own template. */
export function renderForParse(node: ManifestNode, text: string, parsing: Parsing): void {
  const { context, jinja, library, problems } = parsing;
  const scan = scanTemplate(text);
  let own: ConfigPatch = {};
  const bindings = recordingBindings(
    node,
    () => mergeConfig(node.config, own),
    (values) => {
      own = mergeConfig(own, readConfig(node.resource_type, placeConfigs(node, values, scan), problems));
    },
  );
  try {
    jinja.render({ file: node.original_file_path, text }, nodeScope(context, bindings), library);
  } catch (error) {
    problems.absorb(error);
  }
  addLiterals(node, scan);
  node.config = mergeConfig(node.config, own);
  node.depends_on.macros = [...library.macros.values()]
    .filter((macro) => scan.mentions.some((one) => one.path[0] === macro.name))
    .map((macro) => macro.unique_id);
}

/** Bindings that write down what a template refers to. */
export function recordingBindings(
  node: ManifestNode,
  config: () => NodeConfig,
  setConfig: (values: Record<string, unknown>) => void,
) {
  const { database, schema } = node;
  const relation: Relation = { database, schema, identifier: node.alias };
  const get = (key: string) => Object.entries(config()).find(([name]) => name === key)?.[1];
  return {
    ref: (name: string, packageName: string | null) => {
      addRef(node, name, packageName);
      return printRelation({ ...relation, identifier: name });
    },
    source: (sourceName: string, tableName: string) => {
      addSource(node, sourceName, tableName);
      return printRelation({ ...relation, schema: sourceName, identifier: tableName });
    },
    config: setConfig,
    getConfig: (key: string): unknown => get(key),
    relation,
  };
}

/** Refs and sources written as literals count even where the first pass does not go, such as `{% if execute %}`. */
function addLiterals(node: ManifestNode, scan: Scan): void {
  for (const { path, literals } of scan.mentions) {
    const [first, second] = literals;
    if (path[0] === 'ref' && first !== undefined)
      addRef(node, second ?? first, second === undefined ? null : first);
    if (path[0] === 'source' && first !== undefined && second !== undefined) addSource(node, first, second);
  }
}

function addRef(node: ManifestNode, name: string, packageName: string | null): void {
  if (node.refs.some((one) => one.name === name && one.package === packageName)) return;
  node.refs.push({ name, package: packageName, version: null });
}

function addSource(node: ManifestNode, sourceName: string, tableName: string): void {
  if (node.sources.some(([source, table]) => source === sourceName && table === tableName)) return;
  node.sources.push([sourceName, tableName]);
}

function placeConfigs(node: ManifestNode, values: Record<string, unknown>, scan: Scan): ConfigValue[] {
  const call = scan.mentions.find((one) => one.called && one.path.join('.') === 'config');
  const place: Place = { file: node.original_file_path, line: call?.line ?? 1, column: call?.column };
  return Object.entries(values).map(([key, value]) => ({ ...place, key, value }));
}

/** Path without its first folder, from which dbt makes the fqn of what a properties file defines. */
export function belowRoot(file: string): string {
  return file.slice(file.indexOf('/') + 1);
}
