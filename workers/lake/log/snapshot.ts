import { LogError, UnsupportedFeatureError } from '../errors.ts';
import type { Commit } from './log.ts';
import { dataFilePath, tableName, tablePath } from '../path.ts';
import { requireReadable } from './protocol.ts';
import { parseSchema } from '../schema/schema.ts';
import { readNumRecords } from '../stats/stats.ts';
import type {
  Action,
  AddFile,
  CommitInfo,
  Metadata,
  Protocol,
  Snapshot,
  StructType,
  TableRef,
  Txn,
  Version,
} from '../types.ts';

/** What replay carries from commit to commit; never changed once made, so that snapshots can share it. */
export interface ReplayState {
  version: Version;
  timestamp: number;
  protocol: Protocol | undefined;
  metadata: Metadata | undefined;
  /** Live files by decoded path. */
  files: ReadonlyMap<string, AddFile>;
  txns: ReadonlyMap<string, Txn>;
}

export const EMPTY_STATE: ReplayState = {
  version: -1,
  timestamp: 0,
  protocol: undefined,
  metadata: undefined,
  files: new Map(),
  txns: new Map(),
};

/** The state after some more commits: the newest action on each file, application and table wins (PROTOCOL "Action Reconciliation"). */
export function replayCommits(base: ReplayState, commits: Commit[], ref: TableRef): ReplayState {
  if (commits.length === 0) return base;
  const table = tablePath(ref);
  const files = new Map(base.files);
  const txns = new Map(base.txns);
  let { version, timestamp, protocol, metadata } = base;
  for (const commit of commits) {
    version = commit.version;
    timestamp = commitInfoOf(commit.actions)?.timestamp ?? timestamp;
    for (const action of commit.actions) {
      if ('protocol' in action) protocol = action.protocol;
      else if ('metaData' in action) metadata = action.metaData;
      else if ('txn' in action) txns.set(action.txn.appId, action.txn);
      else if ('remove' in action) files.delete(dataFilePath(table, action.remove.path));
    }
    // Line order has no meaning, and a path may be removed and added again in one commit: adds win.
    for (const action of commit.actions) {
      if ('add' in action) files.set(dataFilePath(table, action.add.path), action.add);
    }
  }
  return { version, timestamp, protocol, metadata, files, txns };
}

/**
 * The state of a table, checked.
 * @throws LogError without protocol or metaData
 * @throws UnsupportedFeatureError for reader features that are not implemented, and for deletion vectors
 */
export function snapshotOf(state: ReplayState, ref: TableRef): Snapshot {
  const { protocol, metadata } = state;
  const table = tableName(ref);
  if (!protocol || !metadata) {
    throw new LogError(
      `The log of ${table} has no ${protocol ? 'metaData' : 'protocol'} action up to version ${state.version}.`,
    );
  }
  requireReadable(protocol, metadata, table);
  const files = [...state.files.values()];
  refuseDeletionVectors(files, table);
  const schema: StructType = parseSchema(metadata.schemaString);
  return {
    ref,
    version: state.version,
    timestamp: state.timestamp,
    protocol,
    metadata,
    schema,
    files,
    txns: new Map(state.txns),
    numRecords: sumRecords(files),
    sizeInBytes: files.reduce((sum, file) => sum + file.size, 0),
  };
}

/** The commitInfo action of a commit. */
export function commitInfoOf(actions: Action[]): CommitInfo | undefined {
  return actions.flatMap((action) => ('commitInfo' in action ? [action.commitInfo] : [])).at(0);
}

function sumRecords(files: AddFile[]): number | undefined {
  let sum = 0;
  for (const file of files) {
    const numRecords = readNumRecords(file.stats);
    if (numRecords === undefined) return undefined;
    sum += numRecords;
  }
  return sum;
}

function refuseDeletionVectors(files: AddFile[], table: string): void {
  const marked = files.some((file) => 'deletionVector' in file && file.deletionVector !== null);
  if (marked) throw new UnsupportedFeatureError('deletionVectors', table, 'read');
}
