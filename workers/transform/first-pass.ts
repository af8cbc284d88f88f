import { type ConfigPatch, type ConfigValue, mergeConfig, readConfig } from './config.ts';
import { type NodeBindings, nodeScope } from './context.ts';
import type { Place } from './errors.ts';
import { type Scan, scanTemplate } from './jinja-scan.ts';
import { printRelation } from './naming.ts';
import type { Parsing } from './parsing.ts';
import type { ManifestNode, NodeConfig, Relation } from './types.ts';

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
): NodeBindings {
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
