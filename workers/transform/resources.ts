import type { Problems } from './errors.ts';
import type { PathKind, Project } from './project.ts';
import type { ProjectFiles } from './types.ts';
import { parseYaml } from './yaml-tree.ts';

/** A file of the project that is read: where it is, and its path below the folder it was found by. */
export interface ResourceFile {
  file: string;
  /** Path below its `model-paths` (...) folder. */
  path: string;
  text: string;
}

/** The files of a project by what they hold. */
export interface Resources {
  models: ResourceFile[];
  singularTests: ResourceFile[];
  macros: ResourceFile[];
  properties: ResourceFile[];
}

/** Sorts a project's files by dbt's folders; a resource that is not supported becomes a problem. */
export function sortFiles(files: ProjectFiles, project: Project, problems: Problems): Resources {
  const resources: Resources = { models: [], singularTests: [], macros: [], properties: [] };
  for (const [file, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const place = placeFile(file, project);
    if (place) sortFile(resources, { file, path: place.path, text }, place.kind, problems);
    else if (/^(packages|dependencies)\.ya?ml$/.test(file)) checkPackages(file, text, problems);
    else if (/^selectors\.ya?ml$/.test(file))
      problems.add(
        { file, line: 1 },
        'selectors',
        'YAML selectors are not supported.',
        'Select on the command.',
      );
  }
  return resources;
}

function placeFile(file: string, project: Project): { kind: PathKind; path: string } | null {
  for (const [kind, folders] of Object.entries(project.paths) as [PathKind, string[]][]) {
    const folder = folders.find((one) => file.startsWith(`${one}/`));
    if (folder !== undefined) return { kind, path: file.slice(folder.length + 1) };
  }
  return null;
}

function sortFile(resources: Resources, one: ResourceFile, kind: PathKind, problems: Problems): void {
  const refuse = (feature: string, message: string, hint: string) =>
    problems.add({ file: one.file, line: 1 }, feature, message, hint);
  const extension = one.file.slice(one.file.lastIndexOf('.') + 1).toLowerCase();
  const isSql = extension === 'sql';
  if (kind === 'seed' && extension === 'csv')
    refuse('seed', 'Seeds are not supported.', 'Make the table a source of the lab, or a model with values.');
  else if (kind === 'snapshot' && isSql)
    refuse('snapshot', 'Snapshots are not supported.', 'Use a table model.');
  else if (kind === 'analysis' && isSql)
    refuse('analysis', 'Analyses are not supported.', 'Use the SQL console.');
  else if (extension === 'yml' || extension === 'yaml') resources.properties.push(one);
  else if (kind === 'model' && extension === 'py')
    refuse('python model', 'Python models are not supported.', 'Write the model in SQL.');
  else if (extension === 'md' && /\{%-?\s*docs\b/.test(one.text))
    refuse(
      'docs',
      'Docs blocks ({% docs %}) are not supported.',
      'Write the text in description: of the properties file.',
    );
  else if (kind === 'macro' && isSql) resources.macros.push(one);
  else if (kind === 'test' && isSql)
    (one.path.startsWith('generic/') ? resources.macros : resources.singularTests).push(one);
  else if (kind === 'model' && isSql) resources.models.push(one);
}

/** dbt_utils is part of the runner (as far as it goes), so a project may ask for it; any other package is unknown here. */
function checkPackages(file: string, text: string, problems: Problems): void {
  const tree = parseYaml(file, text, problems);
  const packages = tree?.entries?.get('packages')?.tree.items ?? [];
  for (const one of packages) {
    const name = String(
      one.entries?.get('package')?.tree.value ?? one.entries?.keys().next().value ?? 'package',
    );
    if (name === 'dbt-labs/dbt_utils') continue;
    problems.add(one, name, `The package '${name}' is not supported.`, 'Supported: dbt-labs/dbt_utils.');
  }
}
