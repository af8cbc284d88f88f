import { serializeActions } from './actions.ts';
import { type ReadScope, requireNoConflict } from './conflict.ts';
import { type Commit, commitPath, readCommit, readCommitsAfter } from './log.ts';
import type { Action, CommitInfo, FileStore, Txn, Version } from '../types.ts';

/** Actions decided upon and not yet in the log. */
export interface PreparedCommit {
  /** Version of the snapshot it was made from; -1 when there is no table yet. */
  readVersion: Version;
  commitInfo: CommitInfo;
  /** Without the commitInfo, which goes first. */
  actions: Action[];
  scope: ReadScope;
}

/** The commit as it is in the log, or the one that held the same transaction. */
export type Published =
  { version: Version; committed: true; bytes: Uint8Array } | { version: Version; committed: false };

/**
 * Publishes a commit as the next version. When another writer takes that version, its commit is checked for conflicts and
 * ours is tried behind it: only the log file is written again. `committed` is false when a winner holds the same transaction.
 * @throws CommitConflictError
 */
export async function commit(store: FileStore, table: string, prepared: PreparedCommit): Promise<Published> {
  const txn = txnOf(prepared.actions);
  let tip = prepared.readVersion;
  for (;;) {
    const version = tip + 1;
    const bytes = serializeActions([{ commitInfo: prepared.commitInfo }, ...prepared.actions]);
    if (await store.putIfAbsent(commitPath(table, version), bytes))
      return { version, committed: true, bytes };
    for (const winner of await readWinners(store, table, tip)) {
      if (holdsTransaction(winner, txn)) return { version: winner.version, committed: false };
      requireNoConflict(prepared.scope, winner);
      tip = winner.version;
    }
  }
}

async function readWinners(store: FileStore, table: string, tip: Version): Promise<Commit[]> {
  const winners = await readCommitsAfter(store, table, tip);
  if (winners.length > 0) return winners;
  // A file that holds no commit and has none behind it was cut off by a crash: it is not there, and blocks the version.
  const path = commitPath(table, tip + 1);
  const blocked = (await store.size(commitPath(table, tip + 2))) === undefined;
  if (blocked && (await readCommit(store, table, tip + 1)) === undefined) await store.remove(path);
  return [];
}

function txnOf(actions: Action[]): Txn | undefined {
  return actions.flatMap((action) => ('txn' in action ? [action.txn] : [])).at(0);
}

function holdsTransaction(winner: Commit, txn: Txn | undefined): boolean {
  const held = txnOf(winner.actions);
  return txn !== undefined && held?.appId === txn.appId && held.version >= txn.version;
}
