/** What the lake takes from outside. */
import type { Version } from './actions.ts';

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** What the lake takes from outside instead of reaching for a global. */
export interface LakeEnv {
  clock: Clock;
  /** A new UUID. */
  newId: () => string;
  /** Where the tip of each log is mirrored; without it commits that a power cut takes back go unnoticed. */
  tips?: TipMirror;
  /** Told of what failed beside a commit and does not undo it: a checkpoint, log clean-up, the mirror. */
  onWarning?: (error: Error) => void;
}

/** The newest commit of a table, as it was when it was acknowledged. */
export interface Tip {
  version: Version;
  /** Of the commit's bytes, hex; undefined where the browser has no digest. */
  sha256: string | undefined;
  /** Commit timestamp, epoch ms. */
  timestamp: number;
  /** Acknowledged commits that were found missing, until somebody takes note of it. */
  lost?: LostCommits;
}

/** Commits that were acknowledged and are gone. */
export interface LostCommits {
  first: Version;
  last: Version;
  /** When the last of them was written, epoch ms. */
  timestamp: number;
}

/** Tips of logs, kept where a power cut does not reach them; tables are named by their path. */
export interface TipMirror {
  /** Resolves when the tip is on disk. An older version than the kept one is ignored; `lost` is kept until `forget`. */
  record(table: string, tip: Tip): Promise<void>;
  read(table: string): Promise<Tip | undefined>;
  /** Forgets a table, or every table below a folder. */
  forget(path: string): Promise<void>;
  /** The tables below a folder, sorted. */
  list(folder: string): Promise<string[]>;
}
