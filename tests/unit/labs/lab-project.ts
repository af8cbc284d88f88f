import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Environment } from 'minijinja-js';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../../../src/labs/transactions');

export interface LabFile {
  /** Inside the project: `models/gold/x.sql`. */
  path: string;
  text: string;
}

/** Files of the lab's dbt project under a folder, in order of their paths. */
export function readLabFiles(folder: string, extension: string): LabFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

export interface LabSql {
  name: string;
  path: string;
  sql: string;
  refs: string[];
  /** What `config()` was called with. */
  config: Record<string, unknown>;
}

interface ProjectYaml {
  vars: Record<string, unknown>;
}

const TYPES = {
  type_bigint: 'bigint',
  type_int: 'integer',
  type_string: 'varchar',
  type_boolean: 'boolean',
  type_timestamp: 'timestamp',
};

function dbtMacros(): Record<string, unknown> {
  return {
    ...Object.fromEntries(Object.entries(TYPES).map(([name, type]) => [name, () => type])),
    datediff: (from: string, to: string, part: string) =>
      `date_diff('${part}', cast(${from} as timestamp), cast(${to} as timestamp))`,
    date_trunc: (part: string, date: string) => `date_trunc('${part}', ${date})`,
  };
}

/** Schema of a model, as `generate_schema_name` and dbt_project.yml give it. */
export function schemaOf(path: string): string {
  return path.startsWith('models/gold/') ? 'gold' : 'silver';
}

/** Renders a model or a singular test as dbt would for DuckDB; only what this project uses. */
export function renderSql(file: LabFile): LabSql {
  const vars = (parse(readFileSync(join(ROOT, 'dbt_project.yml'), 'utf8')) as ProjectYaml).vars;
  const schemas = new Map(readLabFiles('models', '.sql').map(({ path }) => [nameOf(path), schemaOf(path)]));
  const refs: string[] = [];
  const config: Record<string, unknown> = {};
  const environment = new Environment();
  const macros = readLabFiles('macros', '.sql').map(({ text }) => text);
  const sql = environment.renderStr([...macros, file.text].join('\n'), {
    dbt: dbtMacros(),
    target: { type: 'duckdb', schema: 'main', database: 'memory' },
    ref: (name: string) => {
      refs.push(name);
      return `${schemas.get(name) ?? 'missing'}.${name}`;
    },
    source: (schema: string, table: string) => `${schema}.${table}`,
    var: (name: string) => vars[name],
    config: (values: Map<string, unknown>) => {
      Object.assign(config, Object.fromEntries(values));
      return '';
    },
  });
  environment.free();
  return { name: nameOf(file.path), path: file.path, sql: sql.trim(), refs, config };
}

function nameOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.\w+$/, '');
}

/** Models, each after those it reads. */
export function renderModels(): LabSql[] {
  const waiting = readLabFiles('models', '.sql').map(renderSql);
  const ordered: LabSql[] = [];
  while (waiting.length > 0) {
    const built = new Set(ordered.map((model) => model.name));
    const next = waiting.findIndex((model) => model.refs.every((name) => built.has(name)));
    if (next < 0)
      throw new Error(`Cycle or missing model among ${waiting.map((model) => model.name).join(', ')}`);
    ordered.push(...waiting.splice(next, 1));
  }
  return ordered;
}
