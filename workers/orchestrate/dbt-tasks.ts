/** The models and tests of a dbt project as tasks of a flow. */

import type { RunId, Stage, TestResult } from '../api.ts';
import { buildGraph, buildGraphWithTestEdges, dependenciesAmong } from '../transform/graph.ts';
import type { Manifest, ManifestNode, RunResult } from '../transform/types.ts';
import { messageOf } from './errors.ts';
import type { TaskContext, TaskOutcome, TaskSpec } from './types.ts';

export interface DbtOperations {
  /** Builds a model or runs a test; faults of the SQL are in the result, other faults are thrown. */
  runNode(uniqueId: string, context: TaskContext): Promise<RunResult>;
  /** The SELECT of a test's failing rows, for people to look at. */
  failingRowsSql(uniqueId: string): string;
}

/** Hears the result of every test that has run. */
export type TestSink = (result: TestResult) => void;

/**
 * One task per model and test, parents first, with dbt's unique_ids; tests gate as in `dbt build`. Ephemeral models have
 * none: what they wait for stands in for them. `loads` maps the unique_id of a source to the task that loads it, where
 * the run has one. @throws ProjectError when the models form a cycle
 */
export function createDbtTasks(
  manifest: Manifest,
  loads: Map<string, string>,
  operations: DbtOperations,
  onTest: TestSink,
): TaskSpec[] {
  const graph = buildGraphWithTestEdges(manifest);
  const nodes = graph.order.flatMap((id) => manifest.nodes[id] ?? []).filter((node) => !isTaskless(node));
  const ids = [...loads.keys(), ...nodes.map((node) => node.unique_id)];
  // Edges of the project as it is drawn, and those that only tests add.
  const edges = [buildGraph(manifest), graph].map((one) => dependenciesAmong(one, ids));
  return nodes.map((node) => {
    const id = node.unique_id;
    const isTest = node.resource_type === 'test';
    const parents = new Set(edges.flatMap((one) => one.get(id) ?? []));
    return {
      taskId: id,
      name: node.name,
      kind: isTest ? 'test' : 'model',
      stage: stageOf(manifest, node),
      dependsOn: [...parents].map((parent) => loads.get(parent) ?? parent),
      retries: 0,
      expectedRows: 0,
      run: (context) =>
        isTest ? runTest(manifest, node, context, operations, onTest) : runModel(node, context, operations),
    };
  });
}

/** The result of a test that never ran. */
export function createSkippedTest(
  manifest: Manifest,
  uniqueId: string,
  runId: RunId,
  why: string | null,
): TestResult {
  const node = manifest.nodes[uniqueId];
  if (!node)
    throw new Error(`test "${uniqueId}" is not in the manifest of ${manifest.metadata.project_name}`);
  return { ...describeTest(manifest, node, runId), status: 'skipped', message: why };
}

/** The table's name in the lake, `schema.name`. */
export function relationName(node: ManifestNode): string {
  return `${node.schema}.${node.alias || node.name}`;
}

/** `stg_` models are staging wherever they live; other models belong to the layer their schema names. */
export function stageOf(manifest: Manifest, node: ManifestNode): Stage {
  if (node.resource_type === 'test') return stageOfTest(manifest, node);
  if (node.name.startsWith('stg_')) return 'staging';
  const layer = (['gold', 'silver', 'bronze', 'staging'] as const).find((stage) =>
    node.schema.endsWith(stage),
  );
  return layer ?? 'silver';
}

const STAGES: readonly Stage[] = ['source', 'bronze', 'staging', 'silver', 'gold'];

/** A test belongs to the node it is attached to, else to the last stage it looks at. */
function stageOfTest(manifest: Manifest, test: ManifestNode): Stage {
  const ids = test.attached_node ? [test.attached_node] : (manifest.parent_map[test.unique_id] ?? []);
  const stages = ids.map((id): Stage => {
    const node = manifest.nodes[id];
    return node ? stageOf(manifest, node) : 'bronze';
  });
  return STAGES.findLast((stage) => stages.includes(stage)) ?? 'bronze';
}

function isTaskless(node: ManifestNode): boolean {
  return node.config.materialized === 'ephemeral';
}

async function runModel(
  node: ManifestNode,
  context: TaskContext,
  operations: DbtOperations,
): Promise<TaskOutcome> {
  const result = await operations.runNode(node.unique_id, context);
  const { rows_affected: rows, bytes } = result.adapter_response;
  const message = result.message ?? undefined;
  if (result.status === 'success') return { rows: rows ?? undefined, bytes: bytes ?? undefined };
  return { state: 'failed', message: message ?? `model ended with status ${result.status}` };
}

async function runTest(
  manifest: Manifest,
  node: ManifestNode,
  context: TaskContext,
  operations: DbtOperations,
  onTest: TestSink,
): Promise<TaskOutcome> {
  const base = describeTest(manifest, node, context.runId);
  try {
    const result = await operations.runNode(node.unique_id, context);
    const { message, failures } = result;
    const sql = result.compiled_code === null ? '' : operations.failingRowsSql(node.unique_id);
    const status = testStatus(result.status);
    onTest({ ...base, status, failures, message, sql });
    if (status === 'pass' || status === 'warn') return { message: message ?? undefined };
    return { state: 'failed', message: message ?? `test ended with status ${status}` };
  } catch (cause) {
    if (!context.signal.aborted) onTest({ ...base, status: 'error', message: messageOf(cause) });
    throw cause;
  }
}

function testStatus(status: RunResult['status']): TestResult['status'] {
  return status === 'success' ? 'pass' : status;
}

function describeTest(manifest: Manifest, node: ManifestNode, runId: RunId): TestResult {
  const parents = manifest.parent_map[node.unique_id] ?? [];
  const target = node.attached_node ?? (parents.length === 1 ? parents[0] : undefined);
  return {
    runId,
    uniqueId: node.unique_id,
    name: node.name,
    model: target ? nameOf(manifest, target) : '',
    column: node.column_name ?? null,
    status: 'skipped',
    severity: node.config.severity,
    failures: null,
    message: null,
    sql: '',
  };
}

function nameOf(manifest: Manifest, id: string): string {
  const source = manifest.sources[id];
  return source ? `${source.source_name}.${source.name}` : (manifest.nodes[id]?.name ?? id);
}
