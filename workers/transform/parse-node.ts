import { defaultConfig } from './config.ts';
import { nodeScope } from './context.ts';
import { type SchemaNaming, schemaNaming } from './naming.ts';
import type { Parsing } from './parsing.ts';
import type { ManifestNode } from './types.ts';

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
export function nameNode(node: ManifestNode, { naming, problems }: Parsing): void {
  node.alias = node.config.alias?.trim() ?? node.alias;
  node.tags = node.config.tags;
  try {
    node.schema = naming(node.config.schema, { name: node.name, resource_type: node.resource_type });
  } catch (error) {
    problems.absorb(error);
  }
}

/** How a project names schemas; also for its tests. */
export function namingOf({ jinja, library, context }: Omit<Parsing, 'naming'>): SchemaNaming {
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
