import { isMapping } from './config.ts';
import type { JinjaFunction, JinjaScope } from './jinja-scope.ts';
import { dbtMacros, dbtUtilsMacros } from './native-macros.ts';
import { printRelation } from './naming.ts';
import type { Relation, Target } from './types.ts';

/** What a dbt command is given from outside. */
export interface Invocation {
  /** UUID of the run, as `invocation_id`. */
  id: string;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
}

/** What every template of a project sees. */
export interface ProjectContext {
  target: Target;
  /** Variables, those of the command (`--vars`) on top of the project's. */
  vars: Record<string, unknown>;
  /** What `env_var` reads; nothing of the real environment is ever seen. */
  env: Record<string, string>;
  invocation: Invocation;
  projectName: string;
  /** False while the project is parsed, true while a node is compiled. */
  execute: boolean;
  log?: (message: string) => void;
}

/** What a node's template does to, and knows of, its node. */
export interface NodeBindings {
  /** The SQL that stands for the model. */
  ref(name: string, packageName: string | null): string;
  source(sourceName: string, tableName: string): string;
  /** `config(...)`. */
  config(values: Record<string, unknown>): void;
  /** `config.get(...)`. */
  getConfig(key: string): unknown;
  relation: Relation;
}

/** The dbt version whose semantics the runner follows; `dbt_version` in templates. */
export const DBT_VERSION = '1.10.0';

/** What YAML files see: `var`, `env_var` and `target`. */
export function yamlScope(context: Pick<ProjectContext, 'vars' | 'env' | 'target'>): JinjaScope {
  return {
    values: { target: { ...context.target } },
    functions: { var: readVariable(context.vars), env_var: readEnvironment(context.env) },
    namespaces: {},
  };
}

/** What models, tests and macros see (dbt.md section 2). */
export function nodeScope(context: ProjectContext, node: NodeBindings): JinjaScope {
  const base = yamlScope(context);
  const { relation } = node;
  return {
    values: {
      ...base.values,
      this: printRelation(relation),
      this__database: relation.database,
      this__schema: relation.schema,
      this__identifier: relation.identifier,
      this__name: relation.identifier,
      this__table: relation.identifier,
      execute: context.execute,
      invocation_id: context.invocation.id,
      run_started_at: new Date(context.invocation.startedAt).toISOString(),
      dbt_version: DBT_VERSION,
      project_name: context.projectName,
    },
    functions: { ...dbtMacros, ...base.functions, ...nodeFunctions(context, node) },
    namespaces: {
      dbt: dbtMacros,
      dbt_utils: dbtUtilsMacros(() => context.vars.surrogate_key_treat_nulls_as_empty_strings === true),
      exceptions: { raise_compiler_error: raiseError },
    },
  };
}

function nodeFunctions(context: ProjectContext, node: NodeBindings): Record<string, JinjaFunction> {
  const log: JinjaFunction = (args) => {
    context.log?.(String(args[0]));
    return '';
  };
  return {
    ref: (args, named) => callRef(node, args, named),
    source: (args) => {
      if (args.length !== 2)
        throw new Error(`source() expects a source and a table, got ${args.length} arguments.`);
      return node.source(String(args[0]), String(args[1]));
    },
    config: (args, named) => {
      node.config(isMapping(args[0]) ? { ...args[0], ...named } : named);
      return '';
    },
    config__get: (args, named) => node.getConfig(String(args[0])) ?? args[1] ?? named.default,
    config__require: (args) => {
      const value = node.getConfig(String(args[0]));
      if (value === null || value === undefined)
        throw new Error(`The config '${String(args[0])}' is required here and not set.`);
      return value;
    },
    // Only incremental models are ever built on what is there, and those are rejected when the project is parsed.
    is_incremental: () => false,
    log,
    print: log,
  };
}

function callRef(node: NodeBindings, args: unknown[], named: Record<string, unknown>): string {
  if (named.v !== undefined || named.version !== undefined)
    throw new Error('Versions of models are not supported: write ref() without v or version.');
  if (args.length === 1) return node.ref(String(args[0]), null);
  if (args.length === 2) return node.ref(String(args[1]), String(args[0]));
  throw new Error(`ref() expects a model, or a package and a model, got ${args.length} arguments.`);
}

function readVariable(vars: Record<string, unknown>): JinjaFunction {
  return (args, named) => {
    const name = String(args[0]);
    if (Object.hasOwn(vars, name)) return vars[name];
    const fallback = args.length > 1 ? args[1] : named.default;
    if (fallback === undefined && args.length < 2 && !('default' in named))
      throw new Error(
        `Required var '${name}' not found: set it under 'vars' in dbt_project.yml or give var() a default.`,
      );
    return fallback;
  };
}

function readEnvironment(env: Record<string, string>): JinjaFunction {
  return (args, named) => {
    const name = String(args[0]);
    const value = env[name] ?? args[1] ?? named.default;
    if (value === undefined || value === null)
      throw new Error(
        `Env var required but not provided: '${name}'. A browser has no environment: give env_var() a default.`,
      );
    return String(value);
  };
}

const raiseError: JinjaFunction = (args) => {
  throw new Error(String(args[0]));
};
