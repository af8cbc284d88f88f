import { type ProjectContext, nodeScope } from './context.ts';
import type { Problems } from './errors.ts';
import { scanTemplate } from './jinja-scan.ts';
import type { MacroLibrary } from './macro-library.ts';
import type { ResourceFile } from './resources.ts';
import { checkScan } from './vocabulary.ts';

/** Macros of dbt that a project may define anew, and that the runner would not ask. */
const DEAF = ['generate_alias_name', 'generate_database_name', 'ref', 'source', 'get_where_subquery'];

/** Checks the words of every macro file, also in macros that nobody calls. */
export function checkMacros(
  files: ResourceFile[],
  library: MacroLibrary,
  context: ProjectContext,
  problems: Problems,
): void {
  const scope = nodeScope(context, NOWHERE);
  const names = [...library.macros.keys()];
  for (const { file, text } of files)
    try {
      checkScan({ file, text }, scanTemplate(text), scope, [...names, ...NAMING_MACROS], true);
    } catch (error) {
      problems.absorb(error);
    }
  for (const macro of library.macros.values()) {
    if (!DEAF.includes(macro.name)) continue;
    const place = { file: macro.original_file_path, line: macro.line };
    const hint = 'Supported: generate_schema_name.';
    problems.add(place, macro.name, `Overriding dbt's macro '${macro.name}' is not supported.`, hint);
  }
}

/** Macros of dbt that a project's own `generate_schema_name` may fall back to. */
export const NAMING_MACROS = ['default__generate_schema_name', 'generate_schema_name_for_env'];

const NOWHERE = {
  ref: () => '',
  source: () => '',
  config: () => undefined,
  getConfig: () => null,
  relation: { database: '', schema: '', identifier: '' },
};
