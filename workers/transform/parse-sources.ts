import { mergeConfig } from './config.ts';
import { type Parsing, belowRoot, fqnOf } from './parsing.ts';
import { configOf } from './project.ts';
import type { Properties } from './properties.ts';
import type { Manifest } from './types.ts';

/** Adds the sources of all properties files to the manifest. */
export function parseSources(manifest: Manifest, properties: Properties, parsing: Parsing): void {
  const { project, context, problems } = parsing;
  for (const table of properties.tables) {
    const unique_id = `source.${project.name}.${table.sourceName}.${table.name}`;
    const fqn = [...fqnOf(project.name, belowRoot(table.file), table.sourceName), table.name];
    const config = mergeConfig(configOf(project.configs.sources, fqn), table.config);
    if (manifest.sources[unique_id])
      problems.add(
        table,
        'sources',
        `The source table '${table.sourceName}.${table.name}' is defined twice.`,
      );
    if (config.enabled === false) continue;
    manifest.sources[unique_id] = {
      unique_id,
      resource_type: 'source',
      original_file_path: table.file,
      source_name: table.sourceName,
      name: table.name,
      identifier: table.identifier,
      database: table.database ?? context.target.database,
      schema: table.schema,
      description: table.description,
      columns: table.columns,
      tags: config.tags ?? [],
      fqn,
    };
  }
}
