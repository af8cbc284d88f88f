import { SelectionError } from './errors.ts';
import type { ManifestNode, ManifestSource } from './types.ts';

export type Selectable = ManifestNode | ManifestSource;

type Method = (one: Selectable, value: string, argument: string) => boolean;

/** dbt's selection methods (dbt.md section 9), as far as they are supported. */
const METHODS: Record<string, Method> = {
  // Sources are found by `source:` only.
  fqn: (one, value) => one.resource_type !== 'source' && matchFqn(one.fqn, value),
  tag: (one, value) => one.tags.some((tag) => matchWild(tag, value)),
  source: (one, value) => one.resource_type === 'source' && matchSource(one, value),
  path: (one, value) => matchPath(one.original_file_path, value),
  file: (one, value) => {
    const name = one.original_file_path.split('/').at(-1);
    return name === value || name?.replace(/\.[^.]*$/, '') === value;
  },
  package: (one, value) => value === 'this' || one.fqn[0] === value,
  resource_type: (one, value) => one.resource_type === value,
  test_name: (one, value) => one.resource_type === 'test' && matchWild(one.test_metadata?.name ?? '', value),
  test_type: (one, value) => one.resource_type === 'test' && matchTestType(one, value),
  config: (one, value, key) => one.resource_type !== 'source' && matchConfig(one, key, value),
};

/** True when a node matches `method:value` (`config.materialized:table`). @throws SelectionError for an unknown method */
export function matchMethod(one: Selectable, method: string, value: string): boolean {
  const [name = '', ...argument] = method.split('.');
  const match = METHODS[name];
  if (!match)
    throw new SelectionError(
      `The selection method '${name}:' is not supported.`,
      `Supported: ${Object.keys(METHODS).join(', ')}.`,
    );
  return match(one, value, argument.join('.'));
}

/** A name, or a dotted prefix of the fqn; from the first wildcard on, the rest is matched as one text. */
function matchFqn(fqn: string[], value: string): boolean {
  if (fqn.at(-1) === value) return true;
  const inProject = (parts: string[]) => {
    const wanted = value.split('.');
    const wild = wanted.findIndex((part) => /[*?[\]]/.test(part));
    if (parts.length < wanted.length) return false;
    const plain = wild < 0 ? wanted : wanted.slice(0, wild);
    if (!plain.every((part, i) => part === parts[i])) return false;
    return wild < 0 || matchWild(parts.slice(wild).join('.'), wanted.slice(wild).join('.'));
  };
  const parts = fqn.flatMap((part) => part.split('.'));
  return inProject(parts) || inProject(parts.slice(1));
}

function matchSource(source: ManifestSource, value: string): boolean {
  const parts = value.split('.');
  const full = [source.fqn[0] ?? '', source.source_name, source.name];
  const [pkg = '*', name = '*', table = '*'] = parts.length === 3 ? parts : ['*', ...parts];
  return matchWild(full[0] ?? '', pkg) && matchWild(full[1] ?? '', name) && matchWild(full[2] ?? '', table);
}

function matchPath(file: string, value: string): boolean {
  const path = value.replace(/^\.\//, '').replace(/\/$/, '');
  return file === path || file.startsWith(`${path}/`) || (/[*?[\]]/.test(path) && matchWild(file, path));
}

function matchTestType(test: ManifestNode, value: string): boolean {
  if (value === 'data') return true;
  return value === (test.test_metadata ? 'generic' : 'singular');
}

function matchConfig(node: ManifestNode, key: string, value: string): boolean {
  let found: unknown = node.config;
  for (const part of key.split('.'))
    found =
      typeof found === 'object' && found !== null
        ? Object.entries(found).find(([k]) => k === part)?.[1]
        : undefined;
  const values: unknown[] = Array.isArray(found) ? found : [found];
  return values.some((one) => one !== undefined && one !== null && matchWild(String(one), value));
}

/** Python's fnmatch: `*`, `?`, `[abc]`. */
function matchWild(text: string, pattern: string): boolean {
  const source = pattern.replace(/\[!?[^\]]*\]|[\s\S]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return part.replace('[!', '[^');
    return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's').test(text);
}
