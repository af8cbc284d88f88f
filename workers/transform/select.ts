import { SelectionError } from './errors.ts';
import { type Graph, buildGraph, walk } from './graph.ts';
import { type Selectable, matchMethod } from './select-method.ts';
import type { Manifest } from './types.ts';

export interface Selection {
  /** `--select`: each text may hold several criteria, space for union, comma for intersection. Everything when not given. */
  select?: string | string[];
  /** `--exclude`, in the same language. */
  exclude?: string | string[];
  /** Which resources to answer; models and tests when not given. */
  resourceTypes?: ('model' | 'test' | 'source')[];
}

/** dbt's grammar of one criterion. */
const CRITERION = /^(?<at>@)?(?:(?<up>\d*)\+)?(?:(?<method>[\w.]+):)?(?<value>.*?)(?<down>\+(?<depth>\d*))?$/;

/**
 * The unique_ids that a selection names, in topological order. A test is selected with any of its parents (eager).
 * @throws SelectionError when a criterion cannot be read or names nothing
 */
export function selectNodes(manifest: Manifest, selection: Selection = {}): string[] {
  const graph = buildGraph(manifest);
  const chosen =
    selection.select === undefined ? new Set(graph.order) : union(manifest, graph, selection.select);
  const excluded =
    selection.exclude === undefined ? new Set<string>() : union(manifest, graph, selection.exclude);
  const types = new Set<string>(selection.resourceTypes ?? ['model', 'test']);
  const typeOf = (id: string) => (manifest.nodes[id] ?? manifest.sources[id])?.resource_type ?? '';
  return graph.order.filter((id) => chosen.has(id) && !excluded.has(id) && types.has(typeOf(id)));
}

function union(manifest: Manifest, graph: Graph, spec: string | string[]): Set<string> {
  const texts = (Array.isArray(spec) ? spec : [spec])
    .flatMap((text) => text.trim().split(/\s+/))
    .filter(Boolean);
  return new Set(texts.flatMap((text) => [...intersection(manifest, graph, text)]));
}

function intersection(manifest: Manifest, graph: Graph, text: string): Set<string> {
  const sets = text
    .split(',')
    .map((criterion) => withTests(manifest, selectCriterion(manifest, graph, criterion)));
  const [first = new Set<string>(), ...rest] = sets;
  return new Set([...first].filter((id) => rest.every((set) => set.has(id))));
}

function selectCriterion(manifest: Manifest, graph: Graph, criterion: string): Set<string> {
  const { at, up, method, value = '', down, depth } = CRITERION.exec(criterion)?.groups ?? {};
  if (value === '' || (at && down))
    throw new SelectionError(
      `The criterion '${criterion}' cannot be read.`,
      "Expected '+model', 'model+', '2+model+1', '@model' or 'method:value'.",
    );
  const found = selectables(manifest).filter((one) =>
    matchMethod(one, method ?? defaultMethod(value), value),
  );
  const ids = new Set(found.map((one) => one.unique_id));
  if (ids.size === 0)
    throw new SelectionError(`The criterion '${criterion}' does not match any node.`, 'Check the spelling.');
  const selected = new Set(ids);
  const add = (more: Iterable<string>) => {
    for (const id of more) selected.add(id);
  };
  const steps = (text: string | undefined) => (text ? Number(text) : Infinity);
  if (up !== undefined) add(walk(graph.parents, ids, steps(up)));
  if (down !== undefined) add(walk(graph.children, ids, steps(depth)));
  if (at) {
    const below = new Set([...ids, ...walk(graph.children, ids)]);
    add(below);
    add(walk(graph.parents, below));
  }
  return selected;
}

function selectables(manifest: Manifest): Selectable[] {
  return [...Object.values(manifest.nodes), ...Object.values(manifest.sources)];
}

function defaultMethod(value: string): string {
  if (value.includes('/')) return 'path';
  return /\.(sql|ya?ml)$/.test(value) ? 'file' : 'fqn';
}

function withTests(manifest: Manifest, ids: Set<string>): Set<string> {
  const tests = Object.values(manifest.nodes).filter(
    (node) => node.resource_type === 'test' && node.depends_on.nodes.some((parent) => ids.has(parent)),
  );
  return new Set([...ids, ...tests.map((test) => test.unique_id)]);
}
