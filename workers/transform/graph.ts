import { ProjectError } from './errors.ts';
import type { Manifest } from './types.ts';

/** The DAG of a project: unique_ids of models, tests and sources, edges from parent to child. */
export interface Graph {
  parents: ReadonlyMap<string, ReadonlySet<string>>;
  children: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every node after all its parents; ties in manifest order. */
  order: string[];
}

/**
 * The graph of a manifest. @throws ProjectError that names the models of a cycle, in order
 */
export function buildGraph(manifest: Manifest): Graph {
  const edges = Object.entries(manifest.parent_map).map(([id, parents]) => [id, new Set(parents)] as const);
  return orderGraph(new Map(edges), manifest);
}

/**
 * The graph of `dbt build`: a test also goes before every model that stands below all the nodes it tests, so that its
 * failure can stop them. A test that depends on several nodes never makes a cycle that way.
 */
export function buildGraphWithTestEdges(manifest: Manifest): Graph {
  const plain = buildGraph(manifest);
  const parents = new Map([...plain.parents].map(([id, set]) => [id, new Set(set)]));
  const tests = Object.values(manifest.nodes).filter((node) => node.resource_type === 'test');
  for (const node of Object.values(manifest.nodes)) {
    if (node.resource_type === 'test') continue;
    const upstream = walk(plain.parents, [node.unique_id]);
    for (const test of tests) {
      const tested = test.depends_on.nodes;
      if (tested.length > 0 && tested.every((id) => upstream.has(id)))
        parents.get(node.unique_id)?.add(test.unique_id);
    }
  }
  return orderGraph(parents, manifest);
}

/**
 * For each of `ids`, the others of `ids` that must end before it: paths through nodes left out (sources, ephemeral models,
 * what was not selected) count. Longer ways round are dropped where a shorter chain already says the same.
 */
export function dependenciesAmong(graph: Graph, ids: Iterable<string>): Map<string, string[]> {
  const chosen = new Set(ids);
  const nearest = new Map<string, Set<string>>();
  const all = new Map<string, Set<string>>();
  for (const id of graph.order) {
    const found = new Set<string>();
    for (const parent of graph.parents.get(id) ?? [])
      for (const one of chosen.has(parent) ? [parent] : (nearest.get(parent) ?? [])) found.add(one);
    const beyond = new Set([...found].flatMap((one) => [...(all.get(one) ?? [])]));
    nearest.set(id, new Set([...found].filter((one) => !beyond.has(one))));
    all.set(id, new Set([...found, ...beyond]));
  }
  return new Map(graph.order.filter((id) => chosen.has(id)).map((id) => [id, [...(nearest.get(id) ?? [])]]));
}

/** Everything reachable from `starts` within `depth` edges, the starts not included unless reached. */
export function walk(
  edges: ReadonlyMap<string, ReadonlySet<string>>,
  starts: Iterable<string>,
  depth = Infinity,
): Set<string> {
  const reached = new Set<string>();
  let frontier = [...starts];
  for (let step = 0; step < depth && frontier.length > 0; step++) {
    const next = new Set(
      frontier.flatMap((id) => [...(edges.get(id) ?? [])]).filter((id) => !reached.has(id)),
    );
    for (const id of next) reached.add(id);
    frontier = [...next];
  }
  return reached;
}

function orderGraph(parents: Map<string, Set<string>>, manifest: Manifest): Graph {
  const children = new Map([...parents.keys()].map((id) => [id, new Set<string>()]));
  for (const [id, set] of parents) for (const parent of set) children.get(parent)?.add(id);
  const waiting = new Map([...parents].map(([id, set]) => [id, set.size]));
  const order = [...parents.keys()].filter((id) => waiting.get(id) === 0);
  for (const id of order)
    for (const child of children.get(id) ?? []) {
      const left = (waiting.get(child) ?? 0) - 1;
      waiting.set(child, left);
      if (left === 0) order.push(child);
    }
  if (order.length < parents.size) throw cycleError(parents, new Set(order), manifest);
  return { parents, children, order };
}

function cycleError(parents: Map<string, Set<string>>, done: Set<string>, manifest: Manifest): ProjectError {
  const path: string[] = [];
  let at = [...parents.keys()].find((id) => !done.has(id));
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = [...(parents.get(at) ?? [])].find((id) => !done.has(id));
  }
  const cycle = path.slice(at === undefined ? 0 : path.indexOf(at)).reverse();
  const [first = ''] = cycle;
  const names = [...cycle, first].map((id) => manifest.nodes[id]?.name ?? id).join(' -> ');
  const file = manifest.nodes[first]?.original_file_path ?? '';
  const hint = 'Remove one of these refs.';
  return new ProjectError([
    {
      file,
      line: 1,
      feature: 'cycle',
      message: `The models refer to each other in a cycle: ${names}.`,
      hint,
    },
  ]);
}
