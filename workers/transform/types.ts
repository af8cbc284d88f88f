/** The types that cross the border of transform, in dbt's own terms (dbt-core 1.10). */

import type {
  Codec,
  CommitOptions,
  CommitResult,
  Compression,
  StructType,
  WrittenFile,
} from '../lake/types.ts';
import type { ArrowStream, QueryRun } from '../warehouse/types.ts';

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
  original_file_path: string;
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
  /** The project's own macros; those of dbt and dbt_utils are part of the runner. */
  macros: Record<string, ManifestMacro>;
  /** `vars:` of dbt_project.yml, those of the project's own scope already on top. */
  vars: Record<string, unknown>;
  parent_map: Record<string, string[]>;
  child_map: Record<string, string[]>;
}

/** A `{% macro %}` or `{% test %}` block of the project. A test block is named `test_<name>`, as in dbt. */
export interface ManifestMacro {
  unique_id: string;
  resource_type: 'macro';
  name: string;
  package_name: string;
  original_file_path: string;
  /** 1-based line of the opening tag in its file. */
  line: number;
  /** Names of the parameters, in order. */
  arguments: string[];
  /** Source of the whole block, test tags already turned into macro tags. */
  macro_sql: string;
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

// ------------------------------------------------------------------------------------- what the adapter is given

/** The part of the warehouse that the adapter needs. */
export interface AdapterWarehouse {
  /** All rows of a SELECT as Arrow IPC messages, while they are made. */
  stream(sql: string, run: QueryRun): Promise<ArrowStream>;
  /** A small result as plain objects. */
  rows(sql: string, run: QueryRun): Promise<Record<string, unknown>[]>;
  createView(catalog: string, schema: string, name: string, sql: string): Promise<void>;
  /** Names and DuckDB types of a SELECT, without running it. */
  columnsOf(sql: string, run: QueryRun): Promise<{ name: string; type: string }[]>;
}

/** A Delta table to be replaced. */
export interface AdapterTable {
  overwrite(
    schema: StructType,
    partitionColumns: string[],
    files: WrittenFile[],
    options: CommitOptions,
  ): Promise<CommitResult>;
  /** Removes data files that no commit names. */
  discard(files: WrittenFile[]): Promise<void>;
}

/** The part of the lake that the adapter needs. */
export interface AdapterLake {
  kindOf(relation: Relation): Promise<'table' | 'view' | null>;
  openTable(relation: Relation): Promise<AdapterTable>;
  /** Keeps the SELECT of a view, so that it can be made again after a reload. */
  publishView(relation: Relation, sql: string, columns: { name: string; type: string }[]): Promise<void>;
  /** Removes a relation that is about to be replaced by one of the other kind. */
  drop(relation: Relation, kind: 'table' | 'view'): Promise<void>;
}

export interface LakeAdapterOptions {
  warehouse: AdapterWarehouse;
  lake: AdapterLake;
  codec: Codec;
  /** `lake/<lab>/<schema>/<name>` of a relation. */
  tablePath(relation: Relation): string;
  /** Delta schema of a SELECT's DuckDB columns. */
  deltaSchema(columns: { name: string; type: string }[]): StructType;
  compression: Compression;
  /** Streams being encoded at once; about the number of executors plus one. */
  maxInFlight: number;
  /** Rows per stream handed to the codec; 250 000 when not given. */
  chunkRows?: number;
  /** Catalog that unqualified names resolve in. */
  catalog: string;
}
