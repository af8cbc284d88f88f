import { type CompiledNode, relationOf } from './compile.ts';
import { DBT_VERSION, type Invocation } from './context.ts';
import { printRelation } from './naming.ts';
import type { Manifest, RunResult } from './types.ts';

export interface RunResultsOptions {
  invocation: Invocation;
  /** Milliseconds since the Unix epoch. */
  generatedAt: number;
  /** Seconds. */
  elapsedTime: number;
  /** Arguments of the command, as dbt writes them. */
  args: Record<string, unknown>;
}

/** run_results.json (schema v6) as a plain object. */
export function runResultsArtifact(
  results: RunResult[],
  options: RunResultsOptions,
): Record<string, unknown> {
  const { invocation, generatedAt, elapsedTime, args } = options;
  return {
    metadata: metadata('run-results/v6', invocation.id, generatedAt),
    results: results.map((result) => ({
      ...result,
      thread_id: 'Thread-1',
      compiled: result.compiled_code !== null,
      adapter_response: { ...result.adapter_response, schema: undefined },
    })),
    elapsed_time: elapsedTime,
    args,
  };
}

/** manifest.json (schema v12, the parts the runner knows) as a plain object; compiled SQL is added where given. */
export function manifestArtifact(
  manifest: Manifest,
  options: Pick<RunResultsOptions, 'invocation' | 'generatedAt'>,
  compiled: ReadonlyMap<string, CompiledNode> = new Map(),
): Record<string, unknown> {
  const { invocation, generatedAt } = options;
  const nodes = Object.values(manifest.nodes).map((node) => {
    const code = compiled.get(node.unique_id);
    const built = node.resource_type === 'model' && node.config.materialized !== 'ephemeral';
    return [
      node.unique_id,
      {
        ...node,
        language: 'sql',
        relation_name: built ? printRelation(relationOf(node)) : null,
        compiled: code !== undefined,
        compiled_code: code?.compiled_code ?? null,
      },
    ];
  });
  const sources = Object.values(manifest.sources).map((source) => [
    source.unique_id,
    { ...source, package_name: manifest.metadata.project_name, relation_name: printRelation(source) },
  ]);
  return {
    metadata: {
      ...metadata('manifest/v12', invocation.id, generatedAt),
      project_name: manifest.metadata.project_name,
    },
    nodes: Object.fromEntries(nodes),
    sources: Object.fromEntries(sources),
    macros: manifest.macros,
    parent_map: manifest.parent_map,
    child_map: manifest.child_map,
  };
}

function metadata(schema: string, invocation_id: string, generatedAt: number): Record<string, unknown> {
  return {
    dbt_schema_version: `https://schemas.getdbt.com/dbt/${schema}.json`,
    dbt_version: DBT_VERSION,
    generated_at: new Date(generatedAt).toISOString(),
    invocation_id,
  };
}
