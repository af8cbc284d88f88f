import { parseActions } from './actions.ts';
import { FileNotFoundError, LogError } from '../errors.ts';
import type { Action, FileStore, Version } from '../types.ts';

const COMMIT = /^\d{20}\.json$/;

export interface Commit {
  version: Version;
  actions: Action[];
}

/** `<table>/_delta_log`. */
export function logFolder(table: string): string {
  return `${table}/_delta_log`;
}

/** `<table>/_delta_log/<20 digits>.json` (PROTOCOL "Delta Log Entries"). */
export function commitPath(table: string, version: Version): string {
  return `${logFolder(table)}/${String(version).padStart(20, '0')}.json`;
}

/** Versions that have a commit file, in order. Names that are not commits are ignored. */
export async function listVersions(store: FileStore, table: string): Promise<Version[]> {
  const entries = await store.list(logFolder(table));
  return entries.filter(({ name }) => COMMIT.test(name)).map(({ name }) => Number(name.slice(0, 20)));
}

/**
 * The commits from `from` on, in order. A last commit that is empty or cut off is not there yet and is left out.
 * @throws LogError for a gap, or for a broken commit with others after it
 */
export async function readCommits(store: FileStore, table: string, from: Version): Promise<Commit[]> {
  const versions = (await listVersions(store, table)).filter((version) => version >= from);
  requireContiguous(table, versions, from);
  return readListed(store, table, versions);
}

/** The commits after `version`, found by asking for the next names: cheaper than a listing when there is none or one. */
export async function readCommitsAfter(store: FileStore, table: string, version: Version): Promise<Commit[]> {
  const versions: Version[] = [];
  let next = version + 1;
  while ((await store.size(commitPath(table, next))) !== undefined) versions.push(next++);
  return readListed(store, table, versions);
}

/** One commit, or undefined when the file is absent, empty or cut off. */
export async function readCommit(
  store: FileStore,
  table: string,
  version: Version,
): Promise<Commit | undefined> {
  try {
    return await parseCommit(store, table, version);
  } catch (cause) {
    if (cause instanceof FileNotFoundError || cause instanceof LogError) return undefined;
    throw cause;
  }
}

async function readListed(store: FileStore, table: string, versions: Version[]): Promise<Commit[]> {
  const last = versions.at(-1);
  const read = versions.map((version) =>
    version === last ? readCommit(store, table, version) : parseCommit(store, table, version),
  );
  return (await Promise.all(read)).filter((commit) => commit !== undefined);
}

async function parseCommit(store: FileStore, table: string, version: Version): Promise<Commit> {
  const path = commitPath(table, version);
  const bytes = await store.read(path);
  // A complete commit ends its last line; without that the writer was cut off.
  if (bytes.at(-1) !== 10 && !endsWithObject(bytes))
    throw new LogError(`${path} is empty or cut off (${bytes.length} bytes).`);
  return { version, actions: parseActions(bytes, path) };
}

function endsWithObject(bytes: Uint8Array): boolean {
  // Other writers leave out the last line end; then the closing brace is all there is to see.
  return bytes.at(-1) === 125;
}

function requireContiguous(table: string, versions: Version[], from: Version): void {
  for (const [index, version] of versions.entries()) {
    if (version === from + index) continue;
    const missing = from + index;
    const why =
      missing === 0
        ? 'Its first commits are gone; checkpoints are not read.'
        : 'Restore the file, or the table cannot be read.';
    throw new LogError(`The log of ${table} has no version ${missing}, but has version ${version}. ${why}`);
  }
}
