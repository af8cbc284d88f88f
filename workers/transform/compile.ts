import { type Invocation, type NodeBindings, type ProjectContext, nodeScope } from './context.ts';
import { type ExtraCte, cteName, injectCtes } from './ephemeral.ts';
import type { Jinja } from './jinja.ts';
import { type MacroLibrary, joinMacros } from './macro-library.ts';
import { printRelation } from './naming.ts';
import { renderTest } from './test-sql.ts';
import type { Manifest, ManifestNode, Relation, Target } from './types.ts';

export interface CompileOptions {
  jinja: Jinja;
  target: Target;
  /** `--vars`; they lie over those of the project. */
  vars?: Record<string, unknown>;
  env?: Record<string, string>;
  invocation: Invocation;
  /** As with dbt's `--store-failures`: not_null selects whole rows. */
  storeFailures?: boolean;
  log?: (message: string) => void;
}

export interface CompiledNode {
  unique_id: string;
  /** SQL that runs: ephemeral parents injected; of a test, the SELECT of its failing rows. */
  compiled_code: string;
  /** `"db"."schema"."name"`; null for tests and ephemeral models. */
  relation_name: string | null;
  /** unique_ids of the ephemeral models injected, parents first. */
  extra_ctes: string[];
}

/**
 * Second pass: renders a node with the relations of its parents (`execute` true) and injects ephemeral models.
 * @throws ProjectError when the template fails
 */
export function compileNode(manifest: Manifest, uniqueId: string, options: CompileOptions): CompiledNode {
  const node = findNode(manifest, uniqueId);
  const macros = joinMacros(Object.values(manifest.macros));
  const ctes = new Map<string, ExtraCte>();
  const sql = renderNode({ manifest, options, macros, ctes }, node);
  const compiled_code = injectCtes(sql, [...ctes.values()]);
  const built = node.resource_type === 'model' && node.config.materialized !== 'ephemeral';
  const relation_name = built ? printRelation(relationOf(node)) : null;
  return { unique_id: uniqueId, compiled_code, relation_name, extra_ctes: [...ctes.keys()] };
}

/** Where a node's table or view is. */
export function relationOf(node: Pick<ManifestNode, 'database' | 'schema' | 'alias'>): Relation {
  return { database: node.database, schema: node.schema, identifier: node.alias };
}

/** The node of that unique_id. @throws Error when there is none */
export function findNode(manifest: Manifest, uniqueId: string): ManifestNode {
  const node = manifest.nodes[uniqueId];
  if (!node) throw new Error(`The manifest has no node '${uniqueId}'.`);
  return node;
}

interface Compilation {
  manifest: Manifest;
  options: CompileOptions;
  macros: MacroLibrary;
  /** Filled while rendering: every ephemeral model met, its own parents before it. */
  ctes: Map<string, ExtraCte>;
}

function renderNode(compilation: Compilation, node: ManifestNode): string {
  const { manifest, options, macros } = compilation;
  const scope = nodeScope(compileContext(manifest, options), compileBindings(compilation, node));
  if (!node.test_metadata) {
    const template = { file: node.original_file_path, text: node.raw_code };
    return options.jinja.render(template, scope, macros).replace(/[;\s]+$/, '');
  }
  const call = /get_where_subquery\((.*)\) \}\}$/s.exec(String(node.test_metadata.kwargs.model))?.[1] ?? '';
  const { jinja, storeFailures } = options;
  return renderTest({ node, call, scope, jinja, library: macros, storeFailures });
}

function compileContext(manifest: Manifest, options: CompileOptions): ProjectContext {
  const { target, env = {}, invocation, log } = options;
  const vars = { ...manifest.vars, ...options.vars };
  return { target, vars, env, invocation, log, execute: true, projectName: manifest.metadata.project_name };
}

function compileBindings(compilation: Compilation, node: ManifestNode): NodeBindings {
  const { manifest } = compilation;
  const project = manifest.metadata.project_name;
  return {
    ref: (name, packageName) => {
      const parent = manifest.nodes[`model.${packageName ?? project}.${name}`];
      if (!parent)
        throw new Error(`'${node.name}' refers to the model '${name}', which does not exist or is disabled.`);
      if (!node.depends_on.nodes.includes(parent.unique_id))
        throw new Error(lateRef(node.name, `ref('${name}')`));
      return parent.config.materialized === 'ephemeral'
        ? useEphemeral(compilation, parent)
        : printRelation(relationOf(parent));
    },
    source: (sourceName, tableName) => {
      const source = manifest.sources[`source.${project}.${sourceName}.${tableName}`];
      if (!source)
        throw new Error(
          `'${node.name}' refers to the source '${sourceName}.${tableName}', which does not exist.`,
        );
      if (!node.depends_on.nodes.includes(source.unique_id))
        throw new Error(lateRef(node.name, `source('${sourceName}', '${tableName}')`));
      return printRelation(source);
    },
    config: () => undefined,
    getConfig: (key) => Object.entries(node.config).find(([name]) => name === key)?.[1],
    relation: relationOf(node),
  };
}

function lateRef(name: string, call: string): string {
  return `'${name}' was not known to depend on ${call} when the project was parsed: add the comment '-- depends_on: {{ ${call} }}'.`;
}

function useEphemeral(compilation: Compilation, parent: ManifestNode): string {
  const { ctes } = compilation;
  const name = cteName(parent.name);
  if (!ctes.has(parent.unique_id)) {
    // Rendering the parent first puts what it needs in front of it.
    const sql = renderNode(compilation, parent);
    ctes.set(parent.unique_id, { id: parent.unique_id, name, sql });
  }
  return name;
}
