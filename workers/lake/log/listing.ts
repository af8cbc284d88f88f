import { logFolder } from './log.ts';
import type { FileStore, Version } from '../types.ts';

const LOG_FILE = /^(\d{20})\.(?:\d{20}\.)?(json|crc|compacted\.json|checkpoint(?:\..+)?\.(?:parquet|json))$/;
const PART = /^checkpoint\.(\d{10})\.(\d{10})\.parquet$/;

/** A file of the log that belongs to a version; a compaction belongs to its last. */
export interface LogFile {
  kind: 'commit' | 'checkpoint' | 'other';
  version: Version;
  name: string;
}

/** A checkpoint with all its files (PROTOCOL "Checkpoints"). Several of one version say the same. */
export interface CheckpointFiles {
  version: Version;
  names: string[];
}

/** What a `_delta_log` holds, in order of version. */
export interface LogListing {
  commits: Version[];
  /** Complete ones; of one version the classic one is last. */
  checkpoints: CheckpointFiles[];
  files: LogFile[];
}

/** Lists a log. Names that belong to no version are ignored. */
export async function listLog(store: FileStore, table: string): Promise<LogListing> {
  const entries = await store.list(logFolder(table));
  const files = entries.flatMap(({ name, kind }) => (kind === 'file' ? (logFile(name) ?? []) : []));
  const commits = files.filter(({ kind }) => kind === 'commit').map(({ version }) => version);
  return { commits, checkpoints: completeCheckpoints(files), files };
}

/**
 * The order to delete log files in, so that wherever it ends an older version is left, or none: a commit goes before the
 * checkpoint of its version, which stands for the commits that were cleaned up.
 */
export function newestFirst(files: LogFile[]): LogFile[] {
  const rank = ({ kind }: LogFile): number => Number(kind === 'checkpoint');
  return files.toSorted((a, b) => b.version - a.version || rank(a) - rank(b));
}

/** `<20 digits>.checkpoint.parquet`. */
export function classicName(version: Version): string {
  return `${digits(version, 20)}.checkpoint.parquet`;
}

/** The names of a checkpoint in `parts` files, the deprecated form. */
export function partNames(version: Version, parts: number): string[] {
  return Array.from(
    { length: parts },
    (_, index) => `${digits(version, 20)}.checkpoint.${digits(index + 1, 10)}.${digits(parts, 10)}.parquet`,
  );
}

function logFile(name: string): LogFile | undefined {
  const [, first, rest] = LOG_FILE.exec(name) ?? [];
  if (first === undefined || rest === undefined) return undefined;
  if (rest === 'compacted.json') return { kind: 'other', version: Number(name.slice(21, 41)), name };
  const kind = rest === 'json' ? 'commit' : rest === 'crc' ? 'other' : 'checkpoint';
  return { kind, version: Number(first), name };
}

function completeCheckpoints(files: LogFile[]): CheckpointFiles[] {
  const found = new Map<string, CheckpointFiles>();
  const present = new Set(files.map(({ name }) => name));
  for (const { kind, version, name } of files) {
    if (kind !== 'checkpoint') continue;
    const [, , parts] = PART.exec(name.slice(21)) ?? [];
    const names = parts === undefined ? [name] : partNames(version, Number(parts));
    if (names.every((part) => present.has(part))) found.set(names.join(), { version, names });
  }
  const isClassic = ({ version, names }: CheckpointFiles): boolean => names[0] === classicName(version);
  return [...found.values()].sort(
    (a, b) => a.version - b.version || Number(isClassic(a)) - Number(isClassic(b)),
  );
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, '0');
}
