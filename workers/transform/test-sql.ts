import { ProjectError } from './errors.ts';
import type { Jinja } from './jinja.ts';
import type { JinjaScope } from './jinja-scope.ts';
import type { MacroLibrary } from './macro-library.ts';
import type { ManifestMacro, ManifestNode } from './types.ts';

/** Arguments of a generic test, rendered: texts are SQL. */
type Arguments = Record<string, unknown>;

interface BuiltinTest {
  required: string[];
  optional: string[];
  sql(model: string, args: Arguments, storeFailures: boolean): string;
}

/** dbt's four tests; each selects the rows that are wrong (dbt.md section 7). */
const BUILTIN: Record<string, BuiltinTest> = {
  not_null: {
    required: ['column_name'],
    optional: [],
    sql: (model, { column_name }, storeFailures) =>
      `select ${storeFailures ? '*' : text(column_name)}\nfrom ${model}\nwhere ${text(column_name)} is null`,
  },
  unique: {
    required: ['column_name'],
    optional: [],
    sql: (model, { column_name }) => {
      const column = text(column_name);
      return [
        `select ${column} as unique_field, count(*) as n_records`,
        `from ${model}`,
        `where ${column} is not null`,
        `group by ${column}`,
        'having count(*) > 1',
      ].join('\n');
    },
  },
  accepted_values: {
    required: ['column_name', 'values'],
    optional: ['quote'],
    sql: (model, args) => acceptedValuesSql(model, text(args.column_name), args.values, args.quote !== false),
  },
  relationships: {
    required: ['column_name', 'to', 'field'],
    optional: [],
    sql: (model, { column_name, to, field }) =>
      relationshipsSql(model, text(column_name), text(to), text(field)),
  },
};

/** True for not_null, unique, accepted_values and relationships. */
export function isBuiltinTest(name: string): boolean {
  return Object.hasOwn(BUILTIN, name);
}

/** What is wrong with a test's arguments, or null. A macro of the project replaces dbt's test of the same name. */
export function missingArguments(
  name: string,
  args: Arguments,
  macro: ManifestMacro | undefined,
): string | null {
  const builtin = BUILTIN[name];
  const known = macro?.arguments ?? [...(builtin?.required ?? []), ...(builtin?.optional ?? [])];
  const required = macro ? [] : (builtin?.required ?? []);
  const missing = required.find((key) => args[key] === undefined || args[key] === null);
  if (missing !== undefined) return `The data test '${name}' needs the argument '${missing}'.`;
  const stranger = Object.keys(args).find((key) => !known.includes(key));
  const expected = `Expected: ${known.filter((key) => key !== 'model').join(', ')}.`;
  return stranger === undefined ? null : `The data test '${name}' has no argument '${stranger}'. ${expected}`;
}

export interface TestRendering {
  node: ManifestNode;
  /** `ref('x')` or `source('x', 'y')`: what the test is put on. */
  call: string;
  scope: JinjaScope;
  jinja: Jinja;
  library: MacroLibrary;
  /** Select whole rows where dbt would, to store them. */
  storeFailures?: boolean;
}

/** The SELECT of a generic test: its failing rows. */
export function renderTest(rendering: TestRendering): string {
  const { node, scope, jinja, library } = rendering;
  const { name, kwargs } = node.test_metadata ?? { name: '', kwargs: {} };
  const relation = text(renderArgument(rendering.call, rendering));
  const where = node.config.where === null ? null : text(renderArgument(node.config.where, rendering));
  const model = where === null ? relation : `(select * from ${relation} where ${where}) dbt_subquery`;
  const entries = Object.entries(kwargs).filter(([key]) => key !== 'model');
  const args = Object.fromEntries(
    entries.map(([key, value]) => [key, renderArgument(value, rendering, key)]),
  );
  const macro = library.macros.get(`test_${name}`);
  const builtin = BUILTIN[name];
  if (!macro && builtin) return builtin.sql(model, args, rendering.storeFailures ?? false);
  const values: Record<string, unknown> = { ...scope.values };
  const list = Object.entries({ model, ...args }).map(([key, value], i) => {
    values[`argument${i}`] = value;
    return `${key}=argument${i}`;
  });
  const template = { file: node.original_file_path, text: `{{ test_${name}(${list.join(', ')}) }}` };
  return jinja.render(template, { ...scope, values }, library).trim();
}

/** `to: ref('x')` is evaluated, other texts are rendered; a column's name stays as it is (dbt's rules). */
function renderArgument(value: unknown, rendering: TestRendering, key?: string): unknown {
  const { node, scope, jinja } = rendering;
  const file = node.original_file_path;
  if (Array.isArray(value)) return value.map((one) => renderArgument(one, rendering));
  if (typeof value !== 'string' || key === 'column_name') return value;
  if (/^\s*(env_var|ref|var|source)\s*\([\s\S]+\)\s*$/.test(value))
    return jinja.evaluate({ file, text: value.trim() }, scope);
  return /\{[{%]/.test(value) ? jinja.render({ file, text: value }, scope, rendering.library) : value;
}

/** As in dbt, a quote inside a value is the project's to double. */
function acceptedValuesSql(model: string, column: string, values: unknown, quote: boolean): string {
  const list = Array.isArray(values) ? values : [values];
  const printed = list.map((value) => (quote ? `'${text(value)}'` : text(value)));
  return [
    'with all_values as (',
    `  select ${column} as value_field, count(*) as n_records`,
    `  from ${model}`,
    `  group by ${column}`,
    ')',
    `select * from all_values where value_field not in (${printed.join(', ')})`,
  ].join('\n');
}

function relationshipsSql(model: string, column: string, to: string, field: string): string {
  return [
    `with child as (select ${column} as from_field from ${model} where ${column} is not null),`,
    `parent as (select ${field} as to_field from ${to})`,
    'select from_field',
    'from child left join parent on child.from_field = parent.to_field',
    'where parent.to_field is null',
  ].join('\n');
}

function text(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

/** The same error, told at another place: an argument is wrong where the properties file gives it. */
export function atPlace(error: unknown, place: { file: string; line: number; column?: number }): unknown {
  if (!(error instanceof ProjectError)) return error;
  return new ProjectError(
    error.problems.map((one) => (one.file === place.file ? { ...one, ...place } : one)),
    { cause: error },
  );
}
