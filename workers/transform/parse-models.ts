import { defaultConfig, mergeConfig } from './config.ts';
import { renderForParse } from './first-pass.ts';
import { emptyNode, nameNode } from './parse-node.ts';
import { type Parsing, fqnOf, stemOf } from './parsing.ts';
import { configOf } from './project.ts';
import type { NodeProperties, Properties } from './properties.ts';
import type { ResourceFile } from './resources.ts';
import type { Manifest, ManifestNode, NodeConfig } from './types.ts';

/** Adds the models: configs of all layers merged, refs and sources found by rendering and by reading the text. */
export function parseModels(
  manifest: Manifest,
  files: ResourceFile[],
  properties: Properties,
  parsing: Parsing,
): void {
  const { project, problems } = parsing;
  const unused = new Set(properties.models);
  const seen = new Map<string, string>();
  for (const file of files) {
    const name = stemOf(file.file);
    const described = properties.models.filter((one) => one.name === name);
    for (const one of described) unused.delete(one);
    for (const one of described.slice(1)) problems.add(one, name, `The model '${name}' is described twice.`);
    const other = seen.get(name);
    if (other)
      problems.add(
        { file: file.file, line: 1 },
        name,
        `The model '${name}' already exists: ${other}.`,
        'Rename one of the two files.',
      );
    seen.set(name, file.file);
    const node = parseModel(file, described[0], parsing);
    if (node.config.enabled) manifest.nodes[node.unique_id] = node;
  }
  for (const one of unused)
    problems.add(
      one,
      one.name,
      `There is no model '${one.name}' in ${project.paths.model.join(', ')}.`,
      'Rename or remove this entry.',
    );
}

function parseModel(
  { file, path, text }: ResourceFile,
  described: NodeProperties | undefined,
  parsing: Parsing,
): ManifestNode {
  const { project } = parsing;
  const name = stemOf(file);
  const fqn = fqnOf(project.name, path, name);
  const layers = [configOf(project.configs.models, fqn), described?.config ?? {}];
  const base = layers.reduce<NodeConfig>(
    (config, patch) => mergeConfig(config, patch),
    defaultConfig('model'),
  );
  const node: ManifestNode = {
    ...emptyNode('model', name, path, file, fqn, parsing),
    unique_id: `model.${project.name}.${name}`,
    raw_code: text.trim(),
    config: base,
    description: described?.description ?? '',
    columns: described?.columns ?? {},
  };
  renderForParse(node, text, parsing);
  nameNode(node, parsing);
  return node;
}
