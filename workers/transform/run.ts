import { type CompileOptions, compileNode, findNode, relationOf } from './compile.ts';
import type { Clock } from '../lake/types.ts';
import type { Adapter, Manifest, ManifestNode, NodeConfig, RunResult } from './types.ts';

export interface RunOptions extends CompileOptions {
  adapter: Adapter;
  clock: Clock;
  /** Written into the commits of the run. */
  runId: string;
  signal?: AbortSignal;
  onProgress?: (rows: number) => void;
}

type Outcome = Pick<RunResult, 'status' | 'message' | 'failures' | 'adapter_response'>;

/**
 * Compiles and runs one node: builds a model, or counts the failing rows of a test. An ephemeral model does nothing.
 * What goes wrong is the result's status `error`, with message and compiled SQL.
 * @throws AbortError when `signal` is aborted; nothing has been committed then
 */
export async function runNode(manifest: Manifest, uniqueId: string, options: RunOptions): Promise<RunResult> {
  const node = findNode(manifest, uniqueId);
  const result = emptyResult(uniqueId);
  const started = options.clock.now();
  const compileEnd = () => closeTiming(result, 'compile', started, options);
  try {
    const compiled = compileNode(manifest, uniqueId, options);
    compileEnd();
    result.compiled_code = compiled.compiled_code;
    result.relation_name = compiled.relation_name;
    options.signal?.throwIfAborted();
    const executing = options.clock.now();
    const run = node.resource_type === 'test' ? runTest : runModel;
    Object.assign(
      result,
      await run(node, compiled.compiled_code, options).finally(() =>
        closeTiming(result, 'execute', executing, options),
      ),
    );
  } catch (error) {
    if (isAbort(error, options.signal)) throw error;
    Object.assign(result, {
      status: 'error',
      message: error instanceof Error ? error.message : String(error),
    });
  }
  result.execution_time = (options.clock.now() - started) / 1000;
  return result;
}

/**
 * The SELECT of a test's failing rows as dbt would store them, for the page that shows them; `where` and `limit` of the test's config count.
 * @throws ProjectError when the template fails
 */
export function failingRowsSql(manifest: Manifest, testId: string, options: CompileOptions): string {
  const { config } = findNode(manifest, testId);
  const { compiled_code } = compileNode(manifest, testId, { ...options, storeFailures: true });
  return limitTo(compiled_code, config.limit);
}

/** dbt's wrapper around a test: one row with `failures`, `should_warn` and `should_error`. */
export function testQuery(sql: string, config: NodeConfig): string {
  const { fail_calc, warn_if, error_if, limit } = config;
  return [
    'select',
    `  ${fail_calc} as failures,`,
    `  ${fail_calc} ${warn_if} as should_warn,`,
    `  ${fail_calc} ${error_if} as should_error`,
    `from (\n${limitTo(sql, limit)}\n) dbt_internal_test`,
  ].join('\n');
}

/** The result of a node that does not run because something before it failed. */
export function skipNode(uniqueId: string, message: string): RunResult {
  return { ...emptyResult(uniqueId), status: 'skipped', message };
}

/** dbt's status of a test from its counted row (dbt.md section 7). */
export function judgeTest(row: Record<string, unknown>, config: NodeConfig): Outcome {
  const failures = Number(row.failures);
  const results = `Got ${failures} ${failures === 1 ? 'result' : 'results'}, configured to`;
  const outcome = { failures, adapter_response: {} };
  if (config.severity === 'error' && isTrue(row.should_error))
    return { ...outcome, status: 'fail', message: `${results} fail if ${config.error_if}` };
  if (isTrue(row.should_warn))
    return { ...outcome, status: 'warn', message: `${results} warn if ${config.warn_if}` };
  return { ...outcome, failures: 0, status: 'pass', message: null };
}

async function runModel(node: ManifestNode, sql: string, options: RunOptions): Promise<Outcome> {
  const { adapter, runId, signal, onProgress } = options;
  const relation = relationOf(node);
  const done = { status: 'success', message: 'OK', failures: null } as const;
  const { materialized, partition_by: partitionBy } = node.config;
  if (materialized === 'ephemeral') return { ...done, message: null, adapter_response: {} };
  if (materialized === 'view')
    return { ...done, adapter_response: await adapter.createViewAs(relation, sql) };
  const response = await adapter.createTableAs(relation, sql, { partitionBy, runId, signal, onProgress });
  return { ...done, adapter_response: response };
}

async function runTest(node: ManifestNode, sql: string, options: RunOptions): Promise<Outcome> {
  const rows = await options.adapter.query(testQuery(sql, node.config), { limit: 2, signal: options.signal });
  const [row] = rows;
  if (!row || rows.length > 1)
    throw new Error(`The test '${node.name}' returned ${rows.length} rows of counts, expected 1.`);
  if (row.failures === null || row.failures === undefined || Number.isNaN(Number(row.failures)))
    throw new Error(
      `fail_calc '${node.config.fail_calc}' of the test '${node.name}' gave ${String(row.failures)}, expected a number: use coalesce().`,
    );
  return judgeTest(row, node.config);
}

function limitTo(sql: string, limit: number | null): string {
  return limit === null ? sql : `${sql}\nlimit ${limit}`;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === 1n || value === 'true';
}

function isAbort(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true || (error instanceof Error && error.name === 'AbortError');
}

function closeTiming(
  result: RunResult,
  name: 'compile' | 'execute',
  started: number,
  { clock }: RunOptions,
): void {
  const iso = (time: number) => new Date(time).toISOString();
  result.timing.push({ name, started_at: iso(started), completed_at: iso(clock.now()) });
}

function emptyResult(unique_id: string): RunResult {
  return {
    unique_id,
    status: 'error',
    timing: [],
    execution_time: 0,
    message: null,
    failures: null,
    compiled_code: null,
    relation_name: null,
    adapter_response: {},
  };
}
