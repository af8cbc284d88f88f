import type { ProjectContext } from './context.ts';
import type { Place, Problems } from './errors.ts';
import type { Jinja } from './jinja.ts';
import type { MacroLibrary } from './macro-library.ts';
import type { SchemaNaming } from './naming.ts';
import type { Project } from './project.ts';

/** What every step of parsing a project shares. */
export interface Parsing {
  project: Project;
  context: ProjectContext;
  jinja: Jinja;
  library: MacroLibrary;
  naming: SchemaNaming;
  problems: Problems;
  /** Where each generic test stands in its properties file. */
  testPlaces: Map<string, Place>;
}

/** dbt's fqn: project, folders below the resource's path, name. */
export function fqnOf(project: string, path: string, name: string): string[] {
  return [project, ...path.split('/').slice(0, -1), name];
}

/** File name without folders and extension. */
export function stemOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
}

/** Path without its first folder, from which dbt makes the fqn of what a properties file defines. */
export function belowRoot(file: string): string {
  return file.slice(file.indexOf('/') + 1);
}
