import type { TaskOutcome } from '../../../workers/orchestrate/types.ts';
import type { WrittenFile } from '../../../workers/lake/types.ts';
import type { LabOperations, LabPlan, SourceTask } from '../../../workers/orchestrate/lab-run.ts';
import type { Manifest, ManifestNode, ManifestSource, RunResult } from '../../../workers/transform/types.ts';

function node(resource_type: 'model' | 'test', name: string, more: Partial<ManifestNode> = {}): ManifestNode {
  return {
    unique_id: `${resource_type}.bank.${name}`,
    resource_type,
    name,
    alias: name,
    package_name: 'bank',
    path: '',
    original_file_path: '',
    database: 'bank',
    schema: 'silver',
    fqn: [],
    tags: [],
    description: '',
    columns: {},
    raw_code: '',
    refs: [],
    sources: [],
    depends_on: { nodes: [], macros: [] },
    config: {
      enabled: true,
      materialized: resource_type === 'test' ? 'test' : 'table',
      schema: null,
      alias: null,
      tags: [],
      meta: {},
      partition_by: [],
      severity: 'error',
      warn_if: '!=0',
      error_if: '!=0',
      fail_calc: 'count(*)',
      where: null,
      limit: null,
    },
    ...more,
  };
}

function source(name: string): ManifestSource {
  return {
    unique_id: `source.bank.bronze.${name}`,
    resource_type: 'source',
    source_name: 'bronze',
    name,
    identifier: name,
    database: 'bank',
    schema: 'bronze',
    original_file_path: '',
    description: '',
    columns: {},
    tags: [],
    fqn: [],
  };
}

/** `parents` by unique_id without `.bank`: `model.stg_a: ['source.bronze.a']`. */
export function createManifest(
  nodes: ManifestNode[],
  sources: string[],
  parents: Record<string, string[]>,
): Manifest {
  const full = (id: string) => id.replace('.', '.bank.');
  const found = sources.map(source);
  const parent_map: Manifest['parent_map'] = Object.fromEntries(found.map((one) => [one.unique_id, []]));
  for (const [id, ids] of Object.entries(parents)) parent_map[full(id)] = ids.map(full);
  const complete = nodes.map((one) => ({
    ...one,
    depends_on: { nodes: parent_map[one.unique_id] ?? [], macros: [] },
  }));
  return {
    metadata: { project_name: 'bank', dbt_schema_version: '', generated_at: '', dbt_version: '' },
    nodes: Object.fromEntries(complete.map((one) => [one.unique_id, one])),
    sources: Object.fromEntries(found.map((one) => [one.unique_id, one])),
    parent_map,
    child_map: {},
    macros: {},
    vars: {},
  };
}

/** bronze -> stg -> silver (ephemeral between) -> two gold tables and a view, with tests of one and of two parents. */
export const bankManifest = createManifest(
  [
    node('test', 'source_not_null'),
    node('test', 'relationships', { config: { ...node('test', 'x').config, severity: 'warn' } }),
    node('test', 'stg_unique', { attached_node: 'model.bank.stg_transactions', column_name: 'id' }),
    node('test', 'gold_positive', { attached_node: 'model.bank.daily' }),
    node('model', 'daily', { schema: 'gold' }),
    node('model', 'risk', { schema: 'gold' }),
    node('model', 'latest', {
      schema: 'gold',
      config: { ...node('model', 'x').config, materialized: 'view' },
    }),
    node('model', 'clean', { schema: 'silver' }),
    node('model', 'joined', { config: { ...node('model', 'x').config, materialized: 'ephemeral' } }),
    node('model', 'stg_transactions', { schema: 'silver' }),
    node('model', 'stg_customers', { schema: 'silver' }),
  ],
  ['transactions', 'customers'],
  {
    'model.stg_transactions': ['source.bronze.transactions'],
    'model.stg_customers': ['source.bronze.customers'],
    'model.joined': ['model.stg_transactions', 'model.stg_customers'],
    'model.clean': ['model.joined'],
    'model.daily': ['model.clean'],
    'model.risk': ['model.stg_customers'],
    'model.latest': ['model.daily'],
    'test.source_not_null': ['source.bronze.customers'],
    'test.relationships': ['model.stg_transactions', 'model.stg_customers'],
    'test.stg_unique': ['model.stg_transactions'],
    'test.gold_positive': ['model.daily'],
  },
);

export const bankSources: SourceTask[] = [
  {
    taskId: 'generate.transactions.2025-01-01',
    name: '2025-01-01',
    date: '2025-01-01',
    table: 'transactions',
    partitions: ['t1a', 't1b'],
    expectedRows: 20,
  },
  {
    taskId: 'generate.transactions.2025-01-02',
    name: '2025-01-02',
    date: '2025-01-02',
    table: 'transactions',
    partitions: ['t2a'],
    expectedRows: 10,
  },
  {
    taskId: 'generate.customers',
    name: 'customers',
    date: null,
    table: 'customers',
    partitions: ['c'],
    expectedRows: 10,
  },
];

export function fileOf(name: string): WrittenFile {
  const add = {
    path: `${name}.parquet`,
    partitionValues: {},
    size: 100,
    modificationTime: 0,
    dataChange: true,
  };
  return { add, numRecords: 10 };
}

export function resultOf(unique_id: string, more: Partial<RunResult> = {}): RunResult {
  return {
    unique_id,
    status: unique_id.startsWith('test.') ? 'pass' : 'success',
    timing: [],
    execution_time: 0.1,
    message: null,
    failures: 0,
    compiled_code: `select '${unique_id}'`,
    relation_name: null,
    adapter_response: { rows_affected: 5, bytes: 50 },
    ...more,
  };
}

export interface FakeLab {
  plan: LabPlan;
  /** What was called, in order: `generate t1a`, `load customers`, `model.bank.daily`. */
  calls: string[];
  /** Paths of the files that each load was given, and of those discarded. */
  loaded: Record<string, string[]>;
  discarded: string[];
}

/** A lab whose operations answer at once; `more` replaces some of them. */
export function createFakeLab(more: Partial<LabOperations> = {}): FakeLab {
  const calls: string[] = [];
  const loaded: Record<string, string[]> = {};
  const discarded: string[] = [];
  const note = async <T>(call: string, value: T): Promise<T> => (calls.push(call), value);
  const operations: LabOperations = {
    generate: (partition) => note(`generate ${String(partition)}`, [fileOf(String(partition))]),
    ingest: (partition) => note(`ingest ${String(partition)}`, [fileOf(String(partition))]),
    load: (table, files) => {
      loaded[table] = files.map(({ add }) => add.path);
      return note<TaskOutcome>(`load ${table}`, {});
    },
    runNode: (id) => note(id, resultOf(id)),
    failingRowsSql: (id) => `select * from failures_of_${id}`,
    fingerprint: (table) => note(`fingerprint ${table}`, `5-${table}`),
    discard: async (_, files) => void discarded.push(...files.map(({ add }) => add.path)),
    ...more,
  };
  return {
    plan: { lab: 'bank', sources: bankSources, manifest: bankManifest, operations },
    calls,
    loaded,
    discarded,
  };
}
