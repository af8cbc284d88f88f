import { type ProjectContext, type Invocation, DBT_VERSION, yamlScope } from './context.ts';
import { type Place, Problems } from './errors.ts';
import type { Jinja } from './jinja.ts';
import { joinMacros } from './macro-library.ts';
import { parseMacros } from './macros.ts';
import { checkMacros } from './macro-check.ts';
import { linkNodes } from './link.ts';
import { parseModels } from './parse-models.ts';
import { namingOf } from './parse-node.ts';
import { parseSources } from './parse-sources.ts';
import { parseGenericTests, parseSingularTests } from './parse-tests.ts';
import type { Parsing } from './parsing.ts';
import { type Project, parseProjectFile } from './project.ts';
import { type Properties, parseProperties } from './properties.ts';
import { valueRenderer } from './render-value.ts';
import { type Resources, sortFiles } from './resources.ts';
import type { Manifest, ManifestMacro, ProjectFiles, Target } from './types.ts';

export interface ParseOptions {
  jinja: Jinja;
  target: Target;
  /** `--vars`; they lie over those of dbt_project.yml. */
  vars?: Record<string, unknown>;
  /** What `env_var` may read. */
  env?: Record<string, string>;
  invocation?: Invocation;
}

/**
 * Parses a dbt project: reads every file, renders every model once with `execute` false, and answers the manifest.
 * @throws ProjectError with every problem of the project: each names file, line, feature, and what is supported instead
 */
export function parseProject(files: ProjectFiles, options: ParseOptions): Manifest {
  const problems = new Problems();
  const context = parseContext(options);
  const render = valueRenderer(options.jinja, yamlScope(context), problems);
  const project = parseProjectFile(files, render, problems);
  if (!project) problems.throwIfAny();
  if (!project) throw new Error('A project without dbt_project.yml has been parsed.');
  context.vars = { ...project.vars, ...context.vars };
  context.projectName = project.name;
  const resources = sortFiles(files, project, problems);
  const macros = collectMacros(resources, project, problems);
  const library = joinMacros(macros);
  checkMacros(resources.macros, library, context, problems);
  const shared = {
    project,
    context,
    jinja: options.jinja,
    library,
    problems,
    testPlaces: new Map<string, Place>(),
  };
  const parsing: Parsing = { ...shared, naming: namingOf(shared) };
  const manifest = emptyManifest(project, context, macros);
  const properties = readProperties(resources, parsing);
  parseSources(manifest, properties, parsing);
  parseModels(manifest, resources.models, properties, parsing);
  parseSingularTests(manifest, resources.singularTests, parsing);
  parseGenericTests(manifest, properties, parsing);
  linkNodes(manifest, parsing);
  problems.throwIfAny();
  return manifest;
}

function parseContext(options: ParseOptions): ProjectContext {
  return {
    target: options.target,
    vars: options.vars ?? {},
    env: options.env ?? {},
    invocation: options.invocation ?? { id: '00000000-0000-0000-0000-000000000000', startedAt: 0 },
    projectName: '',
    execute: false,
  };
}

function collectMacros(resources: Resources, project: Project, problems: Problems): ManifestMacro[] {
  const table = new Map<string, ManifestMacro>();
  for (const { file, text } of resources.macros)
    for (const macro of parseMacros(file, text, project.name, problems)) {
      const other = table.get(macro.name);
      const place = { file, line: macro.line };
      if (other)
        problems.add(
          place,
          macro.name,
          `The macro '${macro.name}' is already defined in ${other.original_file_path}:${other.line}.`,
        );
      table.set(macro.name, macro);
    }
  return [...table.values()];
}

function readProperties(resources: Resources, parsing: Parsing): Properties {
  const { context, jinja, problems } = parsing;
  const render = valueRenderer(jinja, yamlScope(context), problems);
  const read = resources.properties.map(({ file, text }) => parseProperties(file, text, render, problems));
  return { models: read.flatMap((one) => one.models), tables: read.flatMap((one) => one.tables) };
}

function emptyManifest(project: Project, context: ProjectContext, macros: ManifestMacro[]): Manifest {
  return {
    metadata: {
      project_name: project.name,
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
      generated_at: new Date(context.invocation.startedAt).toISOString(),
      dbt_version: DBT_VERSION,
    },
    nodes: {},
    sources: {},
    macros: Object.fromEntries(macros.map((macro) => [macro.unique_id, macro])),
    vars: project.vars,
    parent_map: {},
    child_map: {},
  };
}
