/** Labs' dbt projects, parsed and ready to run. */
import jinjaWasm from 'minijinja-js/dist/web/minijinja_js_bg.wasm?url';
import type { LabName } from '../api.ts';
import {
  type CompileOptions,
  type Jinja,
  type Manifest,
  type Target,
  initJinja,
  parseProject,
} from '../transform/index.ts';
import type { Lab } from './labs.ts';

/** A parsed project with what compiling its nodes needs. */
export interface LabProject {
  manifest: Manifest;
  compile: Omit<CompileOptions, 'invocation'>;
}

export class Projects {
  readonly #parsed = new Map<LabName, Promise<LabProject>>();
  #jinja: Promise<Jinja> | null = null;

  /** @throws ProjectError naming file, line and feature */
  open(lab: Lab): Promise<LabProject> {
    const { name } = lab.info;
    const project = this.#parsed.get(name) ?? this.#parse(lab);
    this.#parsed.set(name, project);
    project.catch(() => this.#parsed.delete(name));
    return project;
  }

  async #parse({ info, files }: Lab): Promise<LabProject> {
    this.#jinja ??= loadJinja();
    const jinja = await this.#jinja;
    const target = targetOf(info.name);
    return { manifest: parseProject(files, { jinja, target }), compile: { jinja, target } };
  }
}

async function loadJinja(): Promise<Jinja> {
  const response = await fetch(new URL(jinjaWasm, self.location.href));
  if (!response.ok)
    throw new Error(`The template engine could not be loaded: ${response.status} ${response.statusText}.`);
  return initJinja(await response.arrayBuffer());
}

function targetOf(database: LabName): Target {
  return { name: 'tarn', type: 'duckdb', database, schema: 'main', threads: 1, profile_name: 'tarn' };
}
