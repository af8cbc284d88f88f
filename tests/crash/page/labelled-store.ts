import type { FileStore } from '../../../workers/lake/types.ts';
import type { FileKind } from '../operations.ts';
import { enterFile } from './aimed-file-system.ts';

/** Methods that change files; their first argument is the path. */
const CHANGES = new Set(['publish', 'publishStream', 'putIfAbsent', 'remove', 'removeFolder']);

/** The store, saying before each change what kind of file it is about. */
export function labelStore<S extends FileStore>(store: S): S {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (path: unknown, ...rest: unknown[]) => {
        if (CHANGES.has(String(name))) enterFile(fileKind(String(path)));
        return member.call(target, path, ...rest) as unknown;
      };
    },
  });
}

function fileKind(path: string): FileKind {
  if (/\/_delta_log\/\d{20}\.json$/.test(path)) return 'commit';
  if (path.endsWith('/_last_checkpoint')) return 'hint';
  if (/\/_delta_log\/.*checkpoint/.test(path)) return 'checkpoint';
  return path.endsWith('.parquet') ? 'data' : 'other';
}
