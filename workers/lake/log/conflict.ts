import { CommitConflictError, type ConflictKind } from '../errors.ts';
import type { Commit } from './log.ts';
import type { Action, AddFile, Metadata } from '../types.ts';

/** A file as a test sees it; a removed one has lost its statistics, and says more by its path. */
export type ReadFile = Pick<AddFile, 'partitionValues' | 'stats'> & Partial<Pick<AddFile, 'path'>>;

/** Whether appends that read nothing may come first although they add to what was read (`delta.isolationLevel`). */
export type IsolationLevel = 'Serializable' | 'WriteSerializable';

/** What a writer relied on when it prepared its commit. */
export interface ReadScope {
  /** Table name for messages. */
  table: string;
  /**
   * What of the table was read: nothing (adds only), everything, the files that the test lets through, or the version itself, so
   * that any commit that came first is a conflict (RESTORE).
   */
  reads: 'nothing' | 'everything' | 'version' | ((file: ReadFile) => boolean);
  /** Paths, as in the log, that the commit removes. */
  removes: ReadonlySet<string>;
  appId: string | undefined;
  /** Serializable unless told. */
  isolation?: IsolationLevel;
}

type Conflict = [ConflictKind, string];

/** The level for a commit: what the table asks for, and Serializable for a change of metadata, as in Spark. */
export function isolationOf(
  metadata: Pick<Metadata, 'configuration'> | undefined,
  actions: Action[],
): IsolationLevel {
  if (actions.some((action) => 'metaData' in action)) return 'Serializable';
  const level = metadata?.configuration['delta.isolationLevel']?.toLowerCase();
  return level === 'writeserializable' ? 'WriteSerializable' : 'Serializable';
}

/**
 * What a writer relies on who has looked through files: of those it knew the ones that the test let through, and of others
 * those that the test lets through by what the log says of them.
 */
export function scopeOf(files: AddFile[], test: (file: ReadFile) => boolean): (file: ReadFile) => boolean {
  const known = new Map(files.map((file) => [file.path, file]));
  return (file) => test((file.path === undefined ? undefined : known.get(file.path)) ?? file);
}

/**
 * Checks a commit that came first against what ours relied on (delta.md section 7).
 * @throws CommitConflictError
 */
export function requireNoConflict(scope: ReadScope, winner: Commit): void {
  const [kind, detail] = findConflict(scope, winner.actions) ?? [];
  if (kind && detail) throw new CommitConflictError(kind, scope.table, winner.version, detail);
}

function findConflict(scope: ReadScope, actions: Action[]): Conflict | undefined {
  if (scope.reads === 'version')
    return ['ConcurrentWriteError', 'it may build on no commit but the one it read.'];
  // What changes the meaning of the rest comes first, wherever it stands.
  return (
    firstOf(actions, changeOfTable) ??
    firstOf(actions, (action) => sameTransaction(scope, action)) ??
    firstOf(actions, (action) => removal(scope, action)) ??
    (letsAppendsPass(scope, actions) ? undefined : firstOf(actions, (action) => addition(scope, action)))
  );
}

function changeOfTable(action: Action): Conflict | undefined {
  if ('protocol' in action) return ['ProtocolChangedError', 'it changed the protocol of the table.'];
  if ('metaData' in action)
    return ['MetadataChangedError', 'it changed the schema or the properties of the table.'];
  return undefined;
}

function sameTransaction({ appId }: ReadScope, action: Action): Conflict | undefined {
  if (!('txn' in action) || action.txn.appId !== appId) return undefined;
  return ['ConcurrentTransactionError', `it holds transaction ${appId}, as ours does.`];
}

function removal(scope: ReadScope, action: Action): Conflict | undefined {
  if (!('remove' in action)) return undefined;
  const { path, partitionValues, dataChange } = action.remove;
  if (scope.removes.has(path))
    return ['ConcurrentDeleteDeleteError', `it removed ${path}, which we remove too.`];
  // A rewrite without a change of rows leaves what was read as true as before.
  if (dataChange === false) return undefined;
  const isRead =
    typeof scope.reads === 'function' && partitionValues
      ? scope.reads({ path, partitionValues })
      : scope.reads !== 'nothing';
  return isRead ? ['ConcurrentDeleteReadError', `it removed ${path}, which we read.`] : undefined;
}

function addition(scope: ReadScope, action: Action): Conflict | undefined {
  if (!('add' in action) || action.add.dataChange === false || scope.reads === 'nothing') return undefined;
  const isRead = typeof scope.reads === 'function' ? scope.reads(action.add) : true;
  return isRead ? ['ConcurrentAppendError', `it added ${action.add.path} to what we read.`] : undefined;
}

/** WriteSerializable: the winner is as if it had come after us, since it read nothing. */
function letsAppendsPass({ isolation }: ReadScope, actions: Action[]): boolean {
  const isBlindAppend = actions.some(
    (action) => 'commitInfo' in action && action.commitInfo.isBlindAppend === true,
  );
  return isolation === 'WriteSerializable' && isBlindAppend;
}

function firstOf(actions: Action[], test: (action: Action) => Conflict | undefined): Conflict | undefined {
  for (const action of actions) {
    const found = test(action);
    if (found) return found;
  }
  return undefined;
}
