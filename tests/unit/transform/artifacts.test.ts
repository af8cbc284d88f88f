import { expect, test } from 'vitest';
import {
  compileNode,
  manifestArtifact,
  runResultsArtifact,
  skipNode,
} from '../../../workers/transform/index.ts';
import { invocation, jinja, miniFiles, parse, target } from './mini.ts';

const manifest = parse(miniFiles());

test('manifest.json has what dbt docs reads', () => {
  const id = 'model.mini.customer_totals';
  const compiled = compileNode(manifest, id, { jinja, target, invocation });
  const made = manifestArtifact(manifest, { invocation, generatedAt: 0 }, new Map([[id, compiled]]));
  expect(made).toMatchObject({
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
      generated_at: '1970-01-01T00:00:00.000Z',
      invocation_id: invocation.id,
      project_name: 'mini',
    },
    nodes: {
      [id]: {
        relation_name: '"lab"."gold"."totals"',
        compiled: true,
        compiled_code: compiled.compiled_code,
        language: 'sql',
      },
      'model.mini.stg_payments': { relation_name: null, compiled: false },
    },
    sources: { 'source.mini.bronze.customers': { relation_name: '"lab"."bronze"."raw_customers"' } },
    macros: { 'macro.mini.clean_text': { name: 'clean_text', arguments: ['column', 'fallback'] } },
  });
  expect(JSON.parse(JSON.stringify(made))).toMatchObject({ parent_map: manifest.parent_map });
});

test('run_results.json', () => {
  const results = [skipNode('model.mini.payments', 'A parent failed.')];
  const made = runResultsArtifact(results, {
    invocation,
    generatedAt: 1000,
    elapsedTime: 1.5,
    args: { which: 'build' },
  });
  expect(made).toMatchObject({
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
      generated_at: '1970-01-01T00:00:01.000Z',
    },
    results: [
      {
        unique_id: 'model.mini.payments',
        status: 'skipped',
        message: 'A parent failed.',
        execution_time: 0,
        compiled: false,
      },
    ],
    elapsed_time: 1.5,
    args: { which: 'build' },
  });
});
