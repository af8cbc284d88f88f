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
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
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
  /** Removed files by decoded path: a vacuum keeps those that left the table lately. */
  tombstones: ReadonlyMap<string, RemoveFile>;
  txns: ReadonlyMap<string, Txn>;
  domains: ReadonlyMap<string, DomainMetadata>;
}

export const EMPTY_STATE: ReplayState = {
  version: -1,
  timestamp: 0,
  protocol: undefined,
  metadata: undefined,
  files: new Map(),
  tombstones: new Map(),
  txns: new Map(),
  domains: new Map(),
};

/** The state after some more commits: the newest action on each file, application and table wins (PROTOCOL "Action Reconciliation"). */
export function replayCommits(base: ReplayState, commits: Commit[], ref: TableRef): ReplayState {
  if (commits.length === 0) return base;
  const table = tablePath(ref);
  const state = {
    ...base,
    files: new Map(base.files),
    tombstones: new Map(base.tombstones),
    txns: new Map(base.txns),
    domains: new Map(base.domains),
  };
  for (const { version, actions } of commits) {
    state.version = version;
    state.timestamp = commitTime(commitInfoOf(actions), state.timestamp);
    // Line order has no meaning, and a path may be removed and added again in one commit: adds win.
    for (const action of actions) replayAction(state, action, table);
    for (const action of actions) if ('add' in action) replayAdd(state, action.add, table);
  }
  return state;
}

/** When a commit was made, epoch ms, later than the commit before it even where clocks went back. */
export function commitTime(
  info: Pick<CommitInfo, 'timestamp' | 'inCommitTimestamp'> | undefined,
  previous: number,
): number {
  const written = info?.inCommitTimestamp ?? info?.timestamp;
  return written === undefined ? previous : Math.max(written, previous + 1);
}

type Replaying = { -readonly [K in keyof ReplayState]: Mutable<ReplayState[K]> };
type Mutable<T> = T extends ReadonlyMap<infer K, infer V> ? Map<K, V> : T;

function replayAction(state: Replaying, action: Action, table: string): void {
  if ('protocol' in action) state.protocol = action.protocol;
  else if ('metaData' in action) state.metadata = action.metaData;
  else if ('txn' in action) state.txns.set(action.txn.appId, action.txn);
  else if ('domainMetadata' in action) replayDomain(state, action.domainMetadata);
  else if ('remove' in action) {
    const path = dataFilePath(table, action.remove.path);
    state.files.delete(path);
    state.tombstones.set(path, action.remove);
  }
}

function replayAdd(state: Replaying, add: AddFile, table: string): void {
  const path = dataFilePath(table, add.path);
  state.files.set(path, add);
  state.tombstones.delete(path);
}

function replayDomain({ domains }: Replaying, domainMetadata: DomainMetadata): void {
  if (domainMetadata.removed) domains.delete(domainMetadata.domain);
  else domains.set(domainMetadata.domain, domainMetadata);
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
