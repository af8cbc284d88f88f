import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ProjectError,
  SelectionError,
  buildGraph,
  buildGraphWithTestEdges,
  dependenciesAmong,
  selectNodes,
} from '../../../workers/transform/index.ts';
import { miniFiles, parse, project, root } from './mini.ts';

/** What `dbt ls` of dbt-core 1.10.23 listed. */
const expected = JSON.parse(readFileSync(join(root, 'expected/selections.json'), 'utf8')) as Record<
  string,
  string[]
>;
const manifest = parse(miniFiles());

describe('selections are those of dbt ls', () => {
  test.each(Object.keys(expected))('%s', (spec) => {
    const [select, exclude] = spec.split('--exclude').map((part) => part.trim());
    const resourceTypes = ['model', 'test', 'source'] as ('model' | 'test' | 'source')[];
    const list = () => selectNodes(manifest, { select: select || undefined, exclude, resourceTypes }).sort();
    // dbt only warns when nothing matches.
    if (expected[spec]?.length === 0) expect(list).toThrow(SelectionError);
    else expect(list()).toEqual(expected[spec]);
  });

  test('sources are left out when not asked for', () => {
    expect(selectNodes(manifest, { select: 'source:bronze' }).every((id) => id.startsWith('test.'))).toBe(
      true,
    );
  });

  test.each([
    ['nosuch', /does not match any node/],
    ['state:modified', /'state:' is not supported. Supported: fqn, tag/],
    ['@payments+', /cannot be read/],
    ['+', /cannot be read/],
  ])('%s is refused', (select, message) => {
    expect(() => selectNodes(manifest, { select })).toThrow(message);
  });
});

describe('the graph', () => {
  test('parents come first', () => {
    const { order, parents } = buildGraph(manifest);
    for (const [id, set] of parents)
      for (const parent of set) expect(order.indexOf(parent)).toBeLessThan(order.indexOf(id));
  });

  test('a test of one model holds back what is below it, not its siblings', () => {
    const { parents } = buildGraphWithTestEdges(manifest);
    const unique = 'test.mini.unique_payments_payment_id.a01e74ab12';
    expect(parents.get('model.mini.daily_payments')).toContain(unique);
    expect(parents.get('model.mini.int_customers')).not.toContain(unique);
  });

  test('a test of two models holds back only what is below both', () => {
    const both = 'test.mini.no_lost_money';
    const { parents } = buildGraphWithTestEdges(manifest);
    expect([...parents].filter(([, set]) => set.has(both))).toEqual([]);
    const relationship = 'relationships_payments_customer_id__customer_id__ref';
    const held = [...parents]
      .filter(([, set]) => [...set].some((id) => id.includes(relationship)))
      .map(([id]) => id);
    expect(held.sort()).toEqual(['model.mini.customer_totals', 'model.mini.daily_payments']);
  });

  test('dependencies pass through what is left out', () => {
    const graph = buildGraph(manifest);
    const source = 'source.mini.bronze.payments';
    const found = dependenciesAmong(graph, [source, 'model.mini.payments', 'model.mini.daily_payments']);
    expect(found.get('model.mini.payments')).toEqual([source]);
    expect(found.get('model.mini.daily_payments')).toEqual(['model.mini.payments']);
  });

  test('dependencies that a chain already says are dropped', () => {
    const files = project({
      'models/a.sql': 'select 1 as x',
      'models/b.sql': "select * from {{ ref('a') }}",
      'models/c.sql': "select * from {{ ref('a') }} join {{ ref('b') }} using (x)",
    });
    const found = dependenciesAmong(buildGraph(parse(files)), ['model.p.a', 'model.p.b', 'model.p.c']);
    expect(Object.fromEntries(found)).toEqual({
      'model.p.a': [],
      'model.p.b': ['model.p.a'],
      'model.p.c': ['model.p.b'],
    });
  });

  test('a cycle is named', () => {
    const files = project({
      'models/a.sql': "select * from {{ ref('c') }}",
      'models/b.sql': "select * from {{ ref('a') }}",
      'models/c.sql': "select * from {{ ref('b') }}",
      'models/d.sql': "select * from {{ ref('c') }}",
    });
    expect(() => parse(files)).toThrow(ProjectError);
    expect(() => parse(files)).toThrow(/cycle: (a -> b -> c -> a|b -> c -> a -> b|c -> a -> b -> c)\./);
  });
});
