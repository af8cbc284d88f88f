/** What the harness asks of the lake, in words that cross into the browser. */
import type { Repair, TableProblem, TableRef } from '../../workers/lake/types.ts';
import type { RowKey } from './rows.ts';

interface OnTable {
  table: TableRef;
}

export type Operation = OnTable &
  (
    | { kind: 'create'; partitionColumns: string[]; configuration: Record<string, string> }
    | { kind: 'append'; rows: RowKey[] }
    | { kind: 'overwrite'; rows: RowKey[]; partitionColumns: string[] }
    | { kind: 'drop' }
    | { kind: 'restore'; version: number }
    /** Rows whose id leaves this rest. */
    | { kind: 'delete'; modulus: number; rest: number }
    | { kind: 'vacuum'; dryRun: boolean }
    /** Rows of the same id take the new revision, others are added. */
    | { kind: 'merge'; rows: RowKey[] }
    /** The rows of this region are replaced by others of it. */
    | { kind: 'replaceWhere'; region: string; rows: RowKey[] }
    | { kind: 'replacePartitions'; rows: RowKey[] }
    | { kind: 'optimize' }
    | { kind: 'repair'; repair: Repair }
  );

export type OperationKind = Operation['kind'];

/** What the lake answered. */
export interface Acknowledgement {
  /** The version committed; null when there was nothing to do; -1 when there is no table any more. */
  version: number | null;
  /** Versions that can no longer be read. */
  versionsLost?: number[];
}

/** What kind of file a store call is about. */
export type FileKind = 'data' | 'commit' | 'checkpoint' | 'hint' | 'mirror' | 'other';

/** Where inside a change of a file a kill can be placed; the file system has just done, or is just about to do, that step. */
export const FILE_STEPS = [
  'named',
  'half',
  'written',
  'flushed',
  'move',
  'moved',
  'remove',
  'removed',
] as const;
/** The same for the mirror of the logs' tips. */
export const MIRROR_STEPS = ['record', 'recorded', 'forget', 'forgotten'] as const;
export type Step = (typeof FILE_STEPS)[number] | (typeof MIRROR_STEPS)[number];

/** The n-th (from 0) time that a file of this kind comes to this step. */
export interface Aim {
  file: FileKind;
  step: Step;
  skip: number;
}

/** One version of a table as it was read: every row of every file. */
export type VersionReading =
  { version: number; rows: number; sum: string } | { version: number; error: string };

export interface TableReading {
  /** Newest version; -1 when there is no table. */
  version: number;
  /** Every version from 0 on. */
  versions: VersionReading[];
  /** What the lake says of commits that are gone; undefined when it misses none. */
  lost?: { first: number; last: number };
}

/** Every file of the origin's file system, and what of it should not be there. */
export interface DiskReading {
  /** Names of files that were being written. */
  temporaries: string[];
  /** Commit files that do not hold whole actions. */
  tornCommits: string[];
}

/** The data files in a table's folder. */
export interface FolderReading {
  /** Those of the newest version. */
  live: string[];
  /** Those that some commit or the newest version names, and that are not live. */
  former: string[];
  /** Those that no commit names. */
  orphans: string[];
}

/** What the worker under test does for the harness. */
export interface SubjectCalls {
  /** `daysAhead`: by how much the lake's clock runs ahead, so that what is kept for days can expire. */
  open(options: { aim: Aim | null; daysAhead: number }): Promise<void>;
  perform(operation: Operation): Promise<Acknowledgement>;
  /** Reads every row of every version of a table. */
  read(table: TableRef): Promise<TableReading>;
  disk(): Promise<DiskReading>;
  folder(table: TableRef): Promise<FolderReading>;
  /** What the lake finds when it looks at every live file. */
  check(table: TableRef): Promise<TableProblem | null>;
  /** Names of the tables that the lake knows of, `schema.name`. */
  tables(): Promise<string[]>;
  damage(damage: Damage): Promise<void>;
}

/** Harm done to a file behind the lake's back. */
export type Damage = { path: string } & (
  | { kind: 'remove' }
  /** Cut to this share of its length. */
  | { kind: 'truncate'; share: number }
  /** One bit in the middle. */
  | { kind: 'flip' }
  /** Other bytes in its place; a file that is not there is made. */
  | { kind: 'replace'; text: string }
  | { kind: 'makeFolder' }
);
