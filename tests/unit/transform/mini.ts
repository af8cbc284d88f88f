import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ParseOptions, initJinja, parseProject } from '../../../workers/transform/index.ts';
import type { Manifest, ProjectFiles, Target } from '../../../workers/transform/types.ts';

export const root = fileURLToPath(new URL('../../fixtures/dbt-mini', import.meta.url));
const wasm = fileURLToPath(
  new URL('../../../node_modules/minijinja-js/dist/web/minijinja_js_bg.wasm', import.meta.url),
);

export const target: Target = {
  name: 'dev',
  type: 'duckdb',
  database: 'lab',
  schema: 'main',
  threads: 1,
  profile_name: 'mini',
};
export const invocation = {
  id: '11111111-2222-3333-4444-555555555555',
  startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
};

/** The engine, started from the web build's bytes. */
export const jinja = await initJinja(readFileSync(wasm));

/** The files of tests/fixtures/dbt-mini, as a project. */
export function miniFiles(): Map<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [relative(root, file), readFileSync(file, 'utf8')]));
}

export function parse(files: ProjectFiles, options: Partial<ParseOptions> = {}): Manifest {
  return parseProject(files, { jinja, target, invocation, ...options });
}

/** A project of a few files beside a plain dbt_project.yml. */
export function project(files: Record<string, string>, projectFile = 'name: p\n'): Map<string, string> {
  return new Map(Object.entries({ 'dbt_project.yml': projectFile, ...files }));
}
