/** The types that cross the border of transform, in dbt's own terms (dbt-core 1.10). */

import type { StructType } from '../lake/types.ts';

/** A dbt project as text: path inside the project (`models/gold/x.sql`) to content. */
export type ProjectFiles = ReadonlyMap<string, string>;

/** `database.schema.identifier`; the database is the lab's catalog. */
export interface Relation {
  database: string;
  schema: string;
  identifier: string;
}

export type ResourceType = 'model' | 'test' | 'source' | 'seed' | 'snapshot';
export type Materialization = 'table' | 'view' | 'ephemeral';

export interface NodeConfig {
  enabled: boolean;
  materialized: Materialization | 'test';
  schema: string | null;
  alias: string | null;
  tags: string[];
  meta: Record<string, unknown>;
  /** Delta partition columns (dbt-spark's name for it). */
  partition_by: string[];
  severity: 'error' | 'warn';
  warn_if: string;
  error_if: string;
  fail_calc: string;
  where: string | null;
  limit: number | null;
}

export interface ColumnDoc {
  name: string;
  description: string;
  data_type: string | null;
}

/** A node of the manifest (manifest v12 names). */
export interface ManifestNode {
  unique_id: string;
  resource_type: 'model' | 'test';
  name: string;
  alias: string;
  package_name: string;
  path: string;
  original_file_path: string;
  database: string;
  schema: string;
  fqn: string[];
  config: NodeConfig;
  tags: string[];
  description: string;
  columns: Record<string, ColumnDoc>;
  raw_code: string;
  refs: { name: string; package: string | null; version: string | number | null }[];
  sources: [string, string][];
  depends_on: { nodes: string[]; macros: string[] };
  /** Generic tests only. */
  test_metadata?: { name: string; kwargs: Record<string, unknown>; namespace: string | null };
  column_name?: string | null;
  attached_node?: string | null;
}

export interface ManifestSource {
  unique_id: string;
  resource_type: 'source';
  source_name: string;
  name: string;
  identifier: string;
  database: string;
  schema: string;
  description: string;
  columns: Record<string, ColumnDoc>;
  tags: string[];
  fqn: string[];
}

export interface Manifest {
  metadata: { project_name: string; dbt_schema_version: string; generated_at: string; dbt_version: string };
  nodes: Record<string, ManifestNode>;
  sources: Record<string, ManifestSource>;
  parent_map: Record<string, string[]>;
  child_map: Record<string, string[]>;
}

export interface Target {
  name: string;
  type: 'duckdb';
  database: string;
  schema: string;
  threads: number;
  profile_name: string;
}

/** What dbt calls an adapter: the only door through which transform reaches data. */
export interface Adapter {
  getRelation(relation: Relation): Promise<'table' | 'view' | null>;
  /** Builds the table from the SELECT and commits it to the lake as a new version (overwrite). */
  createTableAs(relation: Relation, sql: string, options: CreateTableOptions): Promise<AdapterResponse>;
  createViewAs(relation: Relation, sql: string): Promise<AdapterResponse>;
  /** Small results only: tests and introspection. */
  query(sql: string, options?: { limit?: number; signal?: AbortSignal }): Promise<Record<string, unknown>[]>;
}

export interface CreateTableOptions {
  partitionBy: string[];
  runId: string;
  signal?: AbortSignal;
  onProgress?: (rows: number) => void;
}

export interface AdapterResponse {
  rows_affected: number;
  bytes: number;
  files: number;
  version: number | null;
  schema?: StructType;
}

/** One entry of run_results.json (v6). */
export interface RunResult {
  unique_id: string;
  status: 'success' | 'error' | 'skipped' | 'pass' | 'fail' | 'warn';
  timing: { name: 'compile' | 'execute'; started_at: string; completed_at: string }[];
  execution_time: number;
  message: string | null;
  failures: number | null;
  compiled_code: string | null;
  relation_name: string | null;
  adapter_response: Partial<AdapterResponse>;
}
