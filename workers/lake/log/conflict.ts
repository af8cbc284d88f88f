import { CommitConflictError, type ConflictKind } from '../errors.ts';
import type { Commit } from './log.ts';
import type { Action, AddFile } from '../types.ts';

/** What a writer relied on when it prepared its commit. */
export interface ReadScope {
  /** Table name for messages. */
  table: string;
  /**
   * What of the table was read: nothing (adds only), everything, the files that the test lets through, or the version itself, so
   * that any commit that came first is a conflict (RESTORE).
   */
  reads:
    'nothing' | 'everything' | 'version' | ((file: Pick<AddFile, 'partitionValues' | 'stats'>) => boolean);
  /** Paths, as in the log, that the commit removes. */
  removes: ReadonlySet<string>;
  appId: string | undefined;
}

/**
 * Checks a commit that came first against what ours relied on (delta.md section 7; isolation level Serializable).
 * @throws CommitConflictError
 */
export function requireNoConflict(scope: ReadScope, winner: Commit): void {
  if (scope.reads === 'version') {
    const detail = 'it may build on no commit but the one it read.';
    throw new CommitConflictError('ConcurrentWriteError', scope.table, winner.version, detail);
  }
  for (const action of winner.actions) {
    const conflict = conflictWith(scope, action);
    if (conflict) throw new CommitConflictError(conflict[0], scope.table, winner.version, conflict[1]);
  }
}

function conflictWith(scope: ReadScope, action: Action): [ConflictKind, string] | undefined {
  if ('metaData' in action)
    return ['MetadataChangedError', 'it changed the schema or the properties of the table.'];
  if ('protocol' in action) return ['ProtocolChangedError', 'it changed the protocol of the table.'];
  if ('txn' in action && action.txn.appId === scope.appId) {
    return ['ConcurrentTransactionError', `it holds transaction ${action.txn.appId}, as ours does.`];
  }
  if (scope.reads === 'nothing') return undefined;
  if ('add' in action && action.add.dataChange && reads(scope, action.add)) {
    return ['ConcurrentAppendError', `it added ${action.add.path} to what we read.`];
  }
  if ('remove' in action) {
    const { path, partitionValues } = action.remove;
    if (scope.removes.has(path))
      return ['ConcurrentDeleteDeleteError', `it removed ${path}, which we remove too.`];
    const wasRead = partitionValues === undefined || reads(scope, { partitionValues });
    return wasRead ? ['ConcurrentDeleteReadError', `it removed ${path}, which we read.`] : undefined;
  }
  return undefined;
}

function reads(scope: ReadScope, file: Pick<AddFile, 'partitionValues' | 'stats'>): boolean {
  return typeof scope.reads === 'function' ? scope.reads(file) : scope.reads === 'everything';
}
