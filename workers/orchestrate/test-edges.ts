/** Which nodes of a dbt project wait for which tests, as `dbt build` has it. */

import type { Manifest } from '../transform/types.ts';

/**
 * For each model, the tests it waits for: a test blocks the nodes downstream of all its parents, and never one of
 * them. Only the nearest are listed: a model whose parent waits for a test need not wait for it again.
 */
export function listGatingTests(manifest: Manifest): Map<string, string[]> {
  const ancestors = new Map<string, Set<string>>();
  const models = Object.values(manifest.nodes).filter((node) => node.resource_type === 'model');
  const gates = new Map<string, string[]>();
  for (const test of Object.values(manifest.nodes)) {
    if (test.resource_type !== 'test') continue;
    const parents = parentsOf(manifest, test.unique_id);
    if (parents.length === 0) continue;
    const isGated = (id: string) => {
      const above = collectAncestors(manifest, id, ancestors);
      return parents.every((parent) => above.has(parent));
    };
    for (const { unique_id: id } of models) {
      if (!isGated(id) || parentsOf(manifest, id).some(isGated)) continue;
      gates.set(id, [...(gates.get(id) ?? []), test.unique_id]);
    }
  }
  return gates;
}

function parentsOf(manifest: Manifest, id: string): string[] {
  return manifest.parent_map[id] ?? [];
}

function collectAncestors(manifest: Manifest, id: string, known: Map<string, Set<string>>): Set<string> {
  const found = known.get(id);
  if (found) return found;
  const ancestors = new Set<string>();
  // Known before it is complete, so that a cycle ends; the flow refuses cycles.
  known.set(id, ancestors);
  for (const parent of parentsOf(manifest, id)) {
    ancestors.add(parent);
    for (const above of collectAncestors(manifest, parent, known)) ancestors.add(above);
  }
  return ancestors;
}
