import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ManifestNode } from '../../../workers/transform/types.ts';
import { miniFiles, parse, project, root } from './mini.ts';

interface Expected {
  nodes: Record<
    string,
    { config: Record<string, unknown>; refs: string[]; depends_on: string[] } & Record<string, unknown>
  >;
  sources: Record<string, Record<string, unknown>>;
  parent_map: Record<string, string[]>;
  child_map: Record<string, string[]>;
}

/** What dbt-core 1.10.23 with dbt-duckdb 1.10.1 wrote for the same project. */
const expected = JSON.parse(readFileSync(join(root, 'expected/manifest.json'), 'utf8')) as Expected;
const manifest = parse(miniFiles());

/** dbt prints severity as it was written, and leaves the sets of a node in no order. */
function comparable(node: ManifestNode, like: Expected['nodes'][string]) {
  const pick = (from: object, keys: string[]) =>
    Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
  return {
    ...pick(node, Object.keys(like)),
    tags: [...new Set(node.tags)].sort(),
    config: { ...pick(node.config, Object.keys(like.config)), tags: [...node.config.tags].sort() },
    refs: node.refs.map((ref) => ref.name).sort(),
    depends_on: [...node.depends_on.nodes].sort(),
  };
}

describe('the manifest is the one dbt makes', () => {
  test('unique_ids', () => {
    expect(Object.keys(manifest.nodes).sort()).toEqual(Object.keys(expected.nodes).sort());
    expect(Object.keys(manifest.sources).sort()).toEqual(Object.keys(expected.sources).sort());
  });

  test.each(Object.keys(expected.nodes))('%s', (id) => {
    const node = manifest.nodes[id];
    const like = expected.nodes[id];
    if (!node || !like) throw new Error('missing');
    const sorted = (tags: unknown) => [...new Set(tags as string[])].sort();
    const severity = like.config.severity ? { severity: String(like.config.severity).toLowerCase() } : {};
    const config = { ...like.config, ...severity, tags: sorted(like.config.tags) };
    expect(comparable(node, like)).toEqual({ ...like, tags: sorted(like.tags), config });
  });

  test('sources', () => {
    for (const [id, source] of Object.entries(expected.sources))
      expect(manifest.sources[id]).toMatchObject(source);
  });

  test('parent_map and child_map', () => {
    const sorted = (map: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(map).map(([id, ids]) => [id, [...ids].sort()]));
    expect(sorted(manifest.parent_map)).toEqual(expected.parent_map);
    expect(sorted(manifest.child_map)).toEqual(expected.child_map);
  });
});

describe('what the manifest says', () => {
  test('a ref behind execute counts, in either argument form', () => {
    const made = parse(
      project({
        'models/a.sql': 'select 1 as x',
        'models/b.sql': "select 1 as y {% if execute %} union all select x from {{ ref('a') }} {% endif %}",
      }),
    );
    expect(made.parent_map['model.p.b']).toEqual(['model.p.a']);
  });

  test('without the override, schemas are concatenated', () => {
    const made = parse(project({ 'models/a.sql': "{{ config(schema='gold') }} select 1 as x" }));
    expect(made.nodes['model.p.a']?.schema).toBe('main_gold');
  });

  test('the target names models without a schema', () => {
    expect(manifest.nodes['model.mini.stg_payments']?.schema).toBe('main');
    expect(manifest.nodes['model.mini.payments']?.schema).toBe('silver');
  });

  test('variables of the command lie over those of the project', () => {
    const text = "{{ config(alias=var('name')) }} select 1 as x";
    const files = project({ 'models/a.sql': text }, 'name: p\nvars: {name: one, p: {name: two}}\n');
    expect(parse(files).nodes['model.p.a']?.alias).toBe('two');
    expect(parse(files, { vars: { name: 'three' } }).nodes['model.p.a']?.alias).toBe('three');
  });
});
