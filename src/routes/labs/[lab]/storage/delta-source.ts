import type { DeltaSource } from '../../../../../workers/api.ts';

/** One zip is read as a zip; anything else is the files of a folder. */
export function toSource(files: { path: string; file: File }[]): DeltaSource {
  const [first] = files;
  return first && files.length === 1 && /\.zip$/i.test(first.path) ? first.file : files;
}

/** Why a name cannot be given to a table of a lake that has these; null when it can. */
export function checkTableName(name: string, taken: readonly string[]): 'wrong' | 'taken' | null {
  if (!/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/.test(name)) return 'wrong';
  return taken.includes(name) ? 'taken' : null;
}
