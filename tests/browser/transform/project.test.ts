import { expect, test } from 'vitest';
import wasmUrl from 'minijinja-js/dist/web/minijinja_js_bg.wasm?url';
import { castToDelta } from '../../../workers/transform/delta-cast.ts';
import {
  ProjectError,
  compileNode,
  initJinja,
  parseProject,
  selectNodes,
} from '../../../workers/transform/index.ts';
import type { Target } from '../../../workers/transform/types.ts';
import { MemoryLake, openWarehouse } from '../warehouse/memory-lake.ts';

const texts = import.meta.glob<string>('../../fixtures/dbt-mini/**/*.{sql,yml}', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const files = new Map(
  Object.entries(texts).map(([path, text]) => [path.replace('../../fixtures/dbt-mini/', ''), text]),
);
const target: Target = {
  name: 'dev',
  type: 'duckdb',
  database: 'lab',
  schema: 'main',
  threads: 1,
  profile_name: 'mini',
};
const invocation = { id: 'i', startedAt: 0 };

test('a project is parsed and compiled with the engine of the web build', async () => {
  const jinja = await initJinja(await (await fetch(wasmUrl)).arrayBuffer());
  const manifest = parseProject(files, { jinja, target });
  expect(selectNodes(manifest, { resourceTypes: ['model'] })).toHaveLength(6);
  const { compiled_code } = compileNode(manifest, 'model.mini.daily_payments', { jinja, target, invocation });
  expect(compiled_code).toContain('from "lab"."silver"."payments"');
  const wrong = new Map([...files, ['models/wrong.sql', 'select\n{{ nosuch() }}']]);
  expect(() => parseProject(wrong, { jinja, target })).toThrow(ProjectError);
});

test('DuckDB-WASM casts to the Delta types without ICU, naive timestamps as UTC', async () => {
  const lake = new MemoryLake();
  const warehouse = openWarehouse(lake);
  const field = (name: string, type: 'timestamp' | 'decimal(38,0)' | 'string') => ({
    name,
    type,
    nullable: true,
    metadata: {},
  });
  const schema = {
    type: 'struct' as const,
    fields: [field('at', 'timestamp'), field('n', 'decimal(38,0)'), field('d', 'string')],
  };
  const sql =
    "select timestamp '2026-01-02 03:04:05' as at, sum(12::bigint) as n, interval 1 day as d, 1 as unused";
  const cast = castToDelta(sql, schema);
  const columns = await warehouse.columnsOf(cast, { catalog: 'lab' });
  expect(columns.map((column) => column.type)).toEqual([
    'TIMESTAMP WITH TIME ZONE',
    'DECIMAL(38,0)',
    'VARCHAR',
  ]);
  const rows = await warehouse.rows(cast, { catalog: 'lab' });
  expect(rows).toEqual([{ at: '2026-01-02T03:04:05Z', n: '12', d: '1 day' }]);
  expect(
    await warehouse.rows("select date_trunc('day', cast(now() as TIMESTAMP)) <= now() as ok", {
      catalog: 'lab',
    }),
  ).toEqual([{ ok: true }]);
});
