import type { Place, Problems } from './errors.ts';
import type { NodeConfig } from './types.ts';

/** The configs that one place (a tree level, a properties file, a `config()` call) sets. */
export type ConfigPatch = Partial<NodeConfig>;

/** Resources that carry configs; a message names them. */
export type ConfigOwner = 'model' | 'test' | 'source' | 'column';

export interface ConfigValue extends Place {
  key: string;
  value: unknown;
}

interface ConfigKey {
  owners: ConfigOwner[];
  expected: string;
  /** The value as the node keeps it, or undefined when it is not what is expected. */
  read(value: unknown): ConfigPatch | undefined;
}

const text =
  (key: 'schema' | 'alias' | 'warn_if' | 'error_if' | 'fail_calc' | 'where') => (value: unknown) =>
    typeof value === 'string' || typeof value === 'number' ? { [key]: String(value) } : undefined;

const list = (key: 'tags' | 'partition_by') => (value: unknown) => {
  if (typeof value === 'string') return { [key]: [value] };
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? { [key]: value } : undefined;
};

const MATERIALIZATIONS = ['table', 'view', 'ephemeral'] as const;

const KEYS: Record<string, ConfigKey> = {
  enabled: {
    owners: ['model', 'test', 'source'],
    expected: 'true or false',
    read: (value) => (typeof value === 'boolean' ? { enabled: value } : undefined),
  },
  materialized: {
    owners: ['model'],
    expected: 'table, view or ephemeral',
    read: (value) => {
      const materialized = MATERIALIZATIONS.find((one) => one === value);
      return materialized && { materialized };
    },
  },
  schema: { owners: ['model', 'test'], expected: 'a name', read: text('schema') },
  alias: { owners: ['model', 'test'], expected: 'a name', read: text('alias') },
  tags: {
    owners: ['model', 'test', 'source', 'column'],
    expected: 'a tag or a list of tags',
    read: list('tags'),
  },
  meta: {
    owners: ['model', 'test', 'source', 'column'],
    expected: 'a mapping',
    read: (value) => (isMapping(value) ? { meta: value } : undefined),
  },
  partition_by: { owners: ['model'], expected: 'a column or a list of columns', read: list('partition_by') },
  // The lake is Delta already; dbt-spark needs to be told, so a project that runs there too may say it.
  file_format: {
    owners: ['model'],
    expected: 'delta',
    read: (value) => (value === 'delta' ? {} : undefined),
  },
  severity: {
    owners: ['test'],
    expected: 'error or warn',
    read: (value) => {
      const severity = (['error', 'warn'] as const).find((one) => one === String(value).toLowerCase());
      return severity && { severity };
    },
  },
  warn_if: { owners: ['test'], expected: "a comparison such as '> 10'", read: text('warn_if') },
  error_if: { owners: ['test'], expected: "a comparison such as '> 10'", read: text('error_if') },
  fail_calc: { owners: ['test'], expected: 'a SQL aggregate', read: text('fail_calc') },
  where: { owners: ['test'], expected: 'a SQL condition', read: text('where') },
  limit: {
    owners: ['test'],
    expected: 'a number of rows',
    read: (value) => (Number.isInteger(value) ? { limit: Number(value) } : undefined),
  },
};

/** True when `key` is a config of that resource: a tree level of dbt_project.yml may then name it without `+`. */
export function isConfigKey(owner: ConfigOwner, key: string): boolean {
  return KEYS[key]?.owners.includes(owner) ?? false;
}

/** Reads configs; a key or value that is not supported becomes a problem at its place. */
export function readConfig(
  owner: ConfigOwner,
  values: Iterable<ConfigValue>,
  problems: Problems,
): ConfigPatch {
  let patch: ConfigPatch = {};
  for (const { key, value, ...place } of values) {
    const known = KEYS[key];
    if (!known?.owners.includes(owner)) {
      const message = `The config '${key}' is not supported for a ${owner}.`;
      problems.add(place, key, message, `Supported: ${supportedKeys(owner)}.`);
      continue;
    }
    if (value === null || value === undefined) continue;
    const read = known.read(value);
    if (read) patch = mergeConfig(patch, read);
    else
      problems.add(
        place,
        `${key}: ${String(value)}`,
        `The config '${key}: ${print(value)}' is not supported.`,
        `Expected ${known.expected}.`,
      );
  }
  return patch;
}

/** Lays a patch over a config: tags append, meta updates by key, everything else is replaced (dbt's merge behaviour). */
export function mergeConfig<T extends ConfigPatch>(base: T, patch: ConfigPatch): T {
  const merged = { ...base, ...patch };
  if (base.tags && patch.tags) merged.tags = [...new Set([...base.tags, ...patch.tags])];
  if (base.meta && patch.meta) merged.meta = { ...base.meta, ...patch.meta };
  return merged;
}

/** dbt's own defaults, the lowest layer. */
export function defaultConfig(kind: 'model' | 'test'): NodeConfig {
  return {
    enabled: true,
    materialized: kind === 'model' ? 'view' : 'test',
    schema: kind === 'model' ? null : 'dbt_test__audit',
    alias: null,
    tags: [],
    meta: {},
    partition_by: [],
    severity: 'error',
    warn_if: '!= 0',
    error_if: '!= 0',
    fail_calc: 'count(*)',
    where: null,
    limit: null,
  };
}

/** True for a plain object. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function supportedKeys(owner: ConfigOwner): string {
  const keys = Object.keys(KEYS).filter((key) => isConfigKey(owner, key));
  return keys.sort().join(', ');
}

function print(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
