import type { Jinja } from './jinja.ts';
import type { JinjaFunction, JinjaScope } from './jinja-scope.ts';
import type { MacroLibrary } from './macro-library.ts';
import type { Relation, Target } from './types.ts';

/** `"database"."schema"."identifier"`, quoted as dbt-duckdb does. */
export function printRelation(relation: Relation): string {
  return [relation.database, relation.schema, relation.identifier].map(quoteName).join('.');
}

/** An identifier in double quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Makes a node's schema from its `schema` config. */
export type SchemaNaming = (
  customSchema: string | null,
  node: { name: string; resource_type: string },
) => string;

/**
 * dbt's `generate_schema_name`: the project's own macro when it has one, run as it is; else the target's schema, with
 * `_<custom schema>` behind it when there is one (dbt.md section 1).
 */
export function schemaNaming(
  jinja: Jinja,
  macros: MacroLibrary,
  target: Target,
  scope: JinjaScope,
): SchemaNaming {
  const concatenate = (custom: unknown) =>
    isNone(custom) ? target.schema : `${target.schema}_${String(custom).trim()}`;
  const own = macros.macros.get('generate_schema_name');
  if (!own) return concatenate;
  const functions: Record<string, JinjaFunction> = {
    ...scope.functions,
    default__generate_schema_name: (args) => concatenate(args[0]),
    generate_schema_name_for_env: (args) =>
      target.name === 'prod' && !isNone(args[0]) ? String(args[0]).trim() : target.schema,
  };
  return (custom_schema_name, node) => {
    const values = { ...scope.values, custom_schema_name, node };
    const text = '{{ generate_schema_name(custom_schema_name, node) }}';
    const template = { file: own.original_file_path, line: own.line, text };
    return jinja.render(template, { ...scope, functions, values }, macros).trim();
  };
}

function isNone(value: unknown): boolean {
  return value === null || value === undefined;
}
