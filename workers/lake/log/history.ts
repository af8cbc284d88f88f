import { listLog } from './listing.ts';
import { type Commit, readCommit } from './log.ts';
import { firstReadable } from './load.ts';
import { commitInfoOf, commitTime } from './snapshot.ts';
import type { FileStore, HistoryEntry, Version } from '../types.ts';

/** The commits of one log as they are told to people. What was read once is kept: commits never change. */
export class CommitHistory {
  readonly #entries = new Map<Version, HistoryEntry>();

  constructor(
    readonly store: FileStore,
    readonly table: string,
  ) {}

  /**
   * Commits that are kept, oldest first; one that cannot be read is left out. Timestamps grow with the version even where
   * clocks went back.
   */
  async read(): Promise<HistoryEntry[]> {
    return this.#entriesOf((await listLog(this.store, this.table)).commits);
  }

  /** The last version made at or before a moment (epoch ms), or when the first one was made; undefined when there is none. */
  async versionAt(timestamp: number): Promise<{ version: Version } | { first: number } | undefined> {
    const listing = await listLog(this.store, this.table);
    const oldest = firstReadable(listing) ?? Infinity;
    const entries = await this.#entriesOf(listing.commits.filter((version) => version >= oldest));
    const found = entries.findLast((entry) => entry.timestamp <= timestamp);
    if (found) return { version: found.version };
    return entries[0] && { first: entries[0].timestamp };
  }

  /** To be called when commits were deleted, so that their versions may be taken again. */
  forget(): void {
    this.#entries.clear();
  }

  async #entriesOf(versions: Version[]): Promise<HistoryEntry[]> {
    const found = await Promise.all(versions.map((version) => this.#entry(version)));
    let time = 0;
    return found
      .filter((entry) => entry !== undefined)
      .map((entry) => ({ ...entry, timestamp: (time = commitTime(entry, time)) }));
  }

  async #entry(version: Version): Promise<HistoryEntry | undefined> {
    const kept = this.#entries.get(version);
    if (kept) return kept;
    const commit = await readCommit(this.store, this.table, version);
    if (commit) this.#entries.set(version, historyEntry(commit));
    return this.#entries.get(version);
  }
}

function historyEntry({ version, actions }: Commit): HistoryEntry {
  const info = commitInfoOf(actions);
  return {
    version,
    timestamp: info?.inCommitTimestamp ?? info?.timestamp ?? 0,
    operation: info?.operation ?? 'UNKNOWN',
    operationParameters: info?.operationParameters ?? {},
    operationMetrics: info?.operationMetrics ?? {},
    userMetadata: info?.userMetadata,
  };
}
