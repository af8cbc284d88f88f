import type { Place } from './errors.ts';
import { buildGraph } from './graph.ts';
import { scanTemplate } from './jinja-scan.ts';
import { printRelation } from './naming.ts';
import type { Parsing } from './parsing.ts';
import type { Manifest, ManifestNode } from './types.ts';

/** Turns refs and sources into `depends_on`, and that into parent_map and child_map; finds what is missing and cycles. */
export function linkNodes(manifest: Manifest, parsing: Parsing): void {
  for (const node of Object.values(manifest.nodes)) {
    const parents = [...linkSources(manifest, node, parsing), ...linkRefs(manifest, node, parsing)];
    node.depends_on.nodes = [...new Set(parents)];
  }
  fillMaps(manifest);
  refuseSameRelations(manifest, parsing);
  try {
    buildGraph(manifest);
  } catch (error) {
    parsing.problems.absorb(error);
  }
}

function linkRefs(manifest: Manifest, node: ManifestNode, parsing: Parsing): string[] {
  const parents: string[] = [];
  for (const { name, package: packageName } of node.refs) {
    const id = `model.${packageName ?? parsing.project.name}.${name}`;
    if (manifest.nodes[id]) parents.push(id);
    else {
      const message = `'${node.name}' refers to the model '${name}', which does not exist or is disabled.`;
      parsing.problems.add(
        placeOfCall(node, 'ref', name, parsing),
        `ref('${name}')`,
        message,
        hintModels(manifest),
      );
    }
  }
  return parents;
}

function linkSources(manifest: Manifest, node: ManifestNode, parsing: Parsing): string[] {
  const parents: string[] = [];
  for (const [source, table] of node.sources) {
    const id = `source.${parsing.project.name}.${source}.${table}`;
    if (manifest.sources[id]) parents.push(id);
    else {
      const message = `'${node.name}' refers to the source '${source}.${table}', which does not exist or is disabled.`;
      const known = Object.values(manifest.sources).map((one) => `${one.source_name}.${one.name}`);
      const place = placeOfCall(node, 'source', table, parsing);
      parsing.problems.add(
        place,
        `source('${source}', '${table}')`,
        message,
        `Sources: ${known.join(', ') || 'none'}.`,
      );
    }
  }
  return parents;
}

function hintModels(manifest: Manifest): string {
  const models = Object.values(manifest.nodes).filter((node) => node.resource_type === 'model');
  return `Models: ${models.map((node) => node.name).join(', ')}.`;
}

function placeOfCall(node: ManifestNode, fn: string, last: string, { testPlaces }: Parsing): Place {
  const place = testPlaces.get(node.unique_id);
  if (place) return place;
  const call = scanTemplate(node.raw_code).mentions.find(
    (one) => one.path[0] === fn && one.literals.at(-1) === last,
  );
  return { file: node.original_file_path, line: call?.line ?? 1, column: call?.column };
}

function fillMaps(manifest: Manifest): void {
  const ids = [...Object.keys(manifest.nodes), ...Object.keys(manifest.sources)].sort();
  for (const id of ids) {
    manifest.parent_map[id] = [...(manifest.nodes[id]?.depends_on.nodes ?? [])].sort();
    manifest.child_map[id] = [];
  }
  for (const id of ids)
    for (const parent of manifest.parent_map[id] ?? []) manifest.child_map[parent]?.push(id);
}

function refuseSameRelations(manifest: Manifest, { problems }: Parsing): void {
  const seen = new Map<string, ManifestNode>();
  for (const node of Object.values(manifest.nodes)) {
    if (node.resource_type !== 'model' || node.config.materialized === 'ephemeral') continue;
    const relation = printRelation({ ...node, identifier: node.alias });
    const other = seen.get(relation);
    const place = { file: node.original_file_path, line: 1 };
    if (other)
      problems.add(
        place,
        'alias',
        `'${node.name}' and '${other.name}' would both be ${relation}.`,
        'Change an alias or a schema.',
      );
    seen.set(relation, node);
  }
}
