import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type RunOptions,
  buildGraph,
  failingRowsSql,
  parseProject,
  runNode,
  selectNodes,
  skipNode,
} from '../../../workers/transform/index.ts';
import type { Adapter, Manifest, RunResult } from '../../../workers/transform/types.ts';
import { DuckDbAdapter } from './duckdb-adapter.ts';
import { invocation, jinja, miniFiles, parse, project, root, target } from './mini.ts';

interface Expected {
  results: Pick<RunResult, 'unique_id' | 'status' | 'message' | 'failures' | 'relation_name'>[];
  tables: Record<string, (string | null)[][]>;
}

/** What `dbt run` and then `dbt test` of dbt-core 1.10.23 said of the same project and data. */
const expected = JSON.parse(readFileSync(join(root, 'expected/run_results.json'), 'utf8')) as Expected;
const data = readFileSync(join(root, 'expected/data.sql'), 'utf8');
const manifest = parse(miniFiles());

let ticks = 0;
const options = (adapter: Adapter): RunOptions => ({
  adapter,
  jinja,
  target,
  invocation,
  clock: { now: () => 1_000_000 + 250 * ticks++ },
  runId: 'run-1',
});

describe('a whole project on DuckDB', () => {
  let adapter: DuckDbAdapter;
  const results = new Map<string, RunResult>();

  beforeAll(async () => {
    adapter = await DuckDbAdapter.open(data);
    const models = selectNodes(manifest, { resourceTypes: ['model'] });
    const tests = selectNodes(manifest, { resourceTypes: ['test'] });
    for (const id of [...models, ...tests]) results.set(id, await runNode(manifest, id, options(adapter)));
  });

  test.each(expected.results)('$unique_id has the status, message and failures of dbt', (like) => {
    // Messages of errors are the engine's own.
    const message = like.status === 'error' ? (expect.any(String) as unknown) : like.message;
    expect(results.get(like.unique_id)).toMatchObject({ ...like, message });
  });

  test.each(Object.keys(expected.tables))('%s holds the rows of dbt', async (name) => {
    const reader = await adapter.connection.runAndReadAll(
      `select columns(*)::varchar from lab.${name} order by all`,
    );
    const byText = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(byText(reader.getRows())).toEqual(byText(expected.tables[name] ?? []));
  });

  test('ephemeral models run nothing', async () => {
    const result = results.get('model.mini.stg_payments');
    expect(result).toMatchObject({ status: 'success', relation_name: null });
    expect(
      await adapter.getRelation({ database: 'lab', schema: 'main', identifier: 'stg_payments' }),
    ).toBeNull();
  });

  test('failing rows of a test', async () => {
    const id = [...results.keys()].find((one) =>
      one.includes('relationships_payments_customer_id__customer_id__ref'),
    );
    const rows = await adapter.query(failingRowsSql(manifest, id ?? '', options(adapter)));
    expect(rows).toEqual([{ from_field: 9 }]);
  });

  test('failing rows of not_null are whole, as dbt stores them', () => {
    const id = Object.keys(manifest.nodes).find((one) => one.includes('not_null_')) ?? '';
    expect(failingRowsSql(manifest, id, options(adapter))).toMatch(/^select \*\nfrom/);
    expect(results.get(id)?.compiled_code).not.toMatch(/^select \*/);
  });

  test('times come from the clock', () => {
    const result = results.get('model.mini.payments');
    expect(result?.timing.map((one) => one.name)).toEqual(['compile', 'execute']);
    expect(result?.execution_time).toBeGreaterThan(0);
  });
});

describe('the status of a test', () => {
  const configs: [string, number, string, string | null][] = [
    ['severity: error', 0, 'pass', null],
    ['severity: error', 3, 'fail', 'Got 3 results, configured to fail if != 0'],
    ['severity: warn', 3, 'warn', 'Got 3 results, configured to warn if != 0'],
    [
      "severity: error, error_if: '> 5', warn_if: '> 2'",
      3,
      'warn',
      'Got 3 results, configured to warn if > 2',
    ],
    ["severity: error, error_if: '> 5', warn_if: '> 5'", 3, 'pass', null],
    ["severity: warn, error_if: '> 0', warn_if: '> 5'", 3, 'pass', null],
    ['severity: error, limit: 1', 3, 'fail', 'Got 1 result, configured to fail if != 0'],
    ["severity: error, where: 'x is not null'", 3, 'pass', null],
    ["severity: error, fail_calc: 'count(*) * 10'", 3, 'fail', 'Got 30 results, configured to fail if != 0'],
    [
      "severity: error, fail_calc: 'sum(x)'",
      3,
      'error',
      expect.stringContaining('use coalesce()') as unknown as string,
    ],
  ];

  test.each(configs)('%s with %d null rows: %s', async (config, nulls, status, message) => {
    const made = oneTest(`{not_null: {config: {${config}}}}`);
    const adapter = await DuckDbAdapter.open(
      `create schema main2; create table main.m as select null::int as x from range(${nulls})`,
    );
    const result = await runNode(made, testId(made), options(adapter));
    expect(result).toMatchObject({ status, message });
  });

  test('SQL that fails is an error that keeps its SQL', async () => {
    const adapter = await DuckDbAdapter.open('select 1');
    const result = await runNode(manifest, 'model.mini.payments', options(adapter));
    expect(result.status).toBe('error');
    expect(result.message).toContain('payments');
    expect(result.compiled_code).toContain('with recursive');
  });

  test('a skipped node says why', () => {
    expect(skipNode('model.p.m', 'because')).toMatchObject({
      status: 'skipped',
      message: 'because',
      execution_time: 0,
    });
  });
});

describe('cancelling', () => {
  test('rejects with AbortError and builds nothing', async () => {
    const adapter = await DuckDbAdapter.open(data);
    const signal = AbortSignal.abort();
    await expect(runNode(manifest, 'model.mini.payments', { ...options(adapter), signal })).rejects.toThrow(
      /abort/i,
    );
    expect(
      await adapter.getRelation({ database: 'lab', schema: 'silver', identifier: 'payments' }),
    ).toBeNull();
  });

  test('of a running model is no result', async () => {
    const adapter = await DuckDbAdapter.open(data);
    adapter.createTableAs = () => Promise.reject(new DOMException('stopped', 'AbortError'));
    await expect(runNode(manifest, 'model.mini.payments', options(adapter))).rejects.toThrow('stopped');
  });
});

function oneTest(entry: string): Manifest {
  const yaml = `models: [{name: m, columns: [{name: x, data_tests: [${entry}]}]}]`;
  return parseProject(project({ 'models/m.sql': 'select 1 as x', 'models/m.yml': yaml }), { jinja, target });
}

function testId(made: Manifest): string {
  return buildGraph(made).order.find((id) => id.startsWith('test.')) ?? '';
}
