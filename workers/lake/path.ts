import { InvalidPathError } from './errors.ts';
import type { TableRef } from './types.ts';

export const LAKE_ROOT = 'lake';

/** `landing/<lab>/<source>/`: users' own files, as they came. */
export const LANDING_ROOT = 'landing';

/** Names of a path, checked. @throws InvalidPathError */
export function splitPath(path: string): string[] {
  const names = path.split('/');
  for (const name of names) {
    if (name === '' || name === '.' || name === '..' || name.includes('\\')) throw new InvalidPathError(path);
  }
  return names;
}

/** The folder and the name of a file; the folder is '' at the top. @throws InvalidPathError */
export function splitFile(path: string): { folder: string; name: string } {
  const names = splitPath(path);
  const name = names.pop() ?? '';
  return { folder: names.join('/'), name };
}

/** True for names that exist only while a file is being written; `list` hides them. */
export function isTemporary(name: string): boolean {
  return name.startsWith('.tmp-') || name.endsWith('.crswap');
}

/** `lake/<lab>/<schema>/<name>`. @throws InvalidPathError */
export function tablePath(ref: TableRef): string {
  for (const name of [ref.lab, ref.schema, ref.name]) {
    if (name.includes('/')) throw new InvalidPathError(name);
    splitPath(name);
  }
  return `${LAKE_ROOT}/${ref.lab}/${ref.schema}/${ref.name}`;
}

/** The table of a path, as `tablePath` makes it; undefined for other paths. */
export function tableOfPath(path: string): TableRef | undefined {
  const [root, lab, schema, name, ...rest] = path.split('/');
  if (root !== LAKE_ROOT || !lab || !schema || !name || rest.length > 0) return undefined;
  return { lab, schema, name };
}

/** `lab.schema.name`, for messages. */
export function tableName(ref: TableRef): string {
  return `${ref.lab}.${ref.schema}.${ref.name}`;
}

/**
 * Path in the store of an action's `path`, which is URI-encoded (PROTOCOL "Add File").
 * @throws InvalidPathError when it is absolute
 */
export function dataFilePath(table: string, encoded: string): string {
  if (encoded.startsWith('/') || encoded.includes('://')) throw new InvalidPathError(encoded);
  return `${table}/${decodePath(encoded)}`;
}

function decodePath(encoded: string): string {
  // Tolerant: a "%" that starts no escape stands for itself.
  return encoded.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
