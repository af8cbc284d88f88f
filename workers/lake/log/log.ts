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
 * The commits from `from` on, in order, by a listing. A last commit that is empty or cut off is not there yet and is left out.
 * @throws LogError for a gap, or for a broken commit with others after it
 */
export async function readCommits(store: FileStore, table: string, from: Version): Promise<Commit[]> {
  const versions = (await listVersions(store, table)).filter((version) => version >= from);
  await requireContiguous(store, table, versions, from);
  return readListed(store, table, versions, versions.at(-1));
}

/** Commits asked for at once when it is not known how many there are. */
const PROBES = 16;

/**
 * The commits after `version`, found by asking for the next names: cheaper than a listing when there is none or one. A last
 * commit that is empty or cut off is not there yet and is left out.
 * @throws LogError for a broken commit with others after it
 */
export async function readCommitsAfter(store: FileStore, table: string, version: Version): Promise<Commit[]> {
  const versions: Version[] = [];
  for (let width = 1; ; width = Math.min(width * 2, PROBES)) {
    const next = version + versions.length + 1;
    const present = await probeCommits(store, table, next, width);
    const end = present.indexOf(false);
    versions.push(...range(next, end < 0 ? width : end));
    if (end >= 0) return readListed(store, table, versions, versions.at(-1));
  }
}

/**
 * As `readCommitsAfter`, for a log not looked at before: undefined when a commit is missing and later ones are there, which only
 * a listing can judge.
 */
export async function readTail(
  store: FileStore,
  table: string,
  version: Version,
): Promise<Commit[] | undefined> {
  const versions: Version[] = [];
  for (;;) {
    const next = version + versions.length + 1;
    const present = await probeCommits(store, table, next, PROBES);
    const end = present.indexOf(false);
    if (end >= 0 && present.includes(true, end)) return undefined;
    versions.push(...range(next, end < 0 ? PROBES : end));
    if (end >= 0) return readListed(store, table, versions, versions.at(-1));
  }
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

/** Commits that are known to be there, in order. Only `last`, the end of the log, may be cut off, and is then left out. */
export async function readListed(
  store: FileStore,
  table: string,
  versions: Version[],
  last: Version | undefined,
): Promise<Commit[]> {
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

/**
 * Checks that no version is missing from `from` on, and adds one that came while the log was listed.
 * @throws LogError naming the gap
 */
export async function requireContiguous(
  store: FileStore,
  table: string,
  versions: Version[],
  from: Version,
): Promise<void> {
  const index = versions.findIndex((version, at) => version !== from + at);
  if (index < 0) return;
  const missing = from + index;
  if ((await store.size(commitPath(table, missing))) !== undefined) {
    versions.splice(index, 0, missing);
    return requireContiguous(store, table, versions, from);
  }
  const why =
    missing === 0
      ? 'Its first commits are gone, and no checkpoint that can be read stands for them.'
      : 'Restore the file, or go back to an earlier version (repair), or drop the table.';
  throw new LogError(
    `The log of ${table} has no version ${missing}, but has version ${versions[index]}. ${why}`,
  );
}

function probeCommits(store: FileStore, table: string, from: Version, count: number): Promise<boolean[]> {
  const sizes = range(from, count).map((version) => store.size(commitPath(table, version)));
  return Promise.all(sizes.map(async (size) => (await size) !== undefined));
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
