import { listLog } from '../log/listing.ts';
import { firstReadable, loadListed } from '../log/load.ts';
import { readCommits } from '../log/log.ts';
import { type ReplayState, commitInfoOf } from '../log/snapshot.ts';
import type { TableLog } from '../log/table-log.ts';
import { dataFilePath } from '../path.ts';
import type { Action, AddFile, Snapshot, Version } from '../types.ts';

/** The versions that have a data file: from `from` up to the one before `to`. A file that was restored has two. */
export interface Lifetime {
  /** In the store. */
  path: string;
  add: AddFile;
  from: Version;
  /** Infinity while it is live. */
  to: Version;
}

/** Which versions of a table need which files. */
export interface FileHistory {
  /** Oldest version that the log still tells of. */
  oldest: Version;
  current: Snapshot;
  lifetimes: Lifetime[];
  /** When each file was last removed from the table, epoch ms, by path in the store. */
  removedAt: Map<string, number>;
}

/** Reads the whole log once. @throws TableNotFoundError, LogError */
export async function readFileHistory(log: TableLog): Promise<FileHistory> {
  const current = await log.snapshot();
  const listing = await listLog(log.store, log.path);
  const oldest = firstReadable(listing) ?? current.version;
  const lives = new Lives(log.path, await loadListed(log, listing, oldest));
  for (const { version, actions } of await readCommits(log.store, log.path, oldest + 1)) {
    // What was committed meanwhile is no part of the snapshot, which decides what is live.
    if (version <= current.version) lives.apply(version, actions);
  }
  return { oldest, current, lifetimes: lives.lifetimes, removedAt: lives.removedAt };
}

/** The versions that at least one of the files belongs to, in order. */
export function versionsNeeding({ oldest, current, lifetimes }: FileHistory, paths: Set<string>): Version[] {
  const needing = new Set<Version>();
  for (const { path, from, to } of lifetimes) {
    if (!paths.has(path)) continue;
    for (let version = Math.max(from, oldest); version < Math.min(to, current.version + 1); version += 1)
      needing.add(version);
  }
  return [...needing].sort((a, b) => a - b);
}

class Lives {
  readonly lifetimes: Lifetime[] = [];
  readonly removedAt = new Map<string, number>();
  readonly #live = new Map<string, Lifetime>();

  constructor(
    readonly table: string,
    base: ReplayState,
  ) {
    for (const add of base.files.values()) this.#begin(add, base.version);
    for (const [path, remove] of base.tombstones) this.removedAt.set(path, remove.deletionTimestamp ?? 0);
  }

  apply(version: Version, actions: Action[]): void {
    const timestamp = commitInfoOf(actions)?.timestamp ?? 0;
    for (const action of actions) {
      if (!('remove' in action)) continue;
      const path = dataFilePath(this.table, action.remove.path);
      this.removedAt.set(path, action.remove.deletionTimestamp ?? timestamp);
      this.#end(path, version);
    }
    for (const action of actions) {
      if ('add' in action) this.#begin(action.add, version);
    }
  }

  #begin(add: AddFile, version: Version): void {
    const path = dataFilePath(this.table, add.path);
    // A path that is added again while it is live has new statistics and the same rows.
    if (this.#live.has(path)) return;
    const lifetime = { path, add, from: version, to: Infinity };
    this.#live.set(path, lifetime);
    this.lifetimes.push(lifetime);
  }

  #end(path: string, version: Version): void {
    const lifetime = this.#live.get(path);
    if (lifetime) lifetime.to = version;
    this.#live.delete(path);
  }
}
