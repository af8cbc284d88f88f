/** What the harness asks of the lake, in words that cross into the browser. */
import type { TableRef } from '../../workers/lake/types.ts';
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
  );

export type OperationKind = Operation['kind'];

/** What the lake answered. */
export interface Acknowledgement {
  /** The table's version afterwards; -1 when there is no table any more. */
  version: number;
}

/** What kind of file a store call is about. */
export type FileKind = 'data' | 'commit' | 'checkpoint' | 'hint' | 'other';

/** Where inside a store call a kill can be placed; the file system has just done, or is just about to do, that step. */
export const STEPS = ['named', 'half', 'written', 'flushed', 'move', 'moved', 'remove', 'removed'] as const;
export type Step = (typeof STEPS)[number];

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
  versions: VersionReading[];
}

/** What the worker under test does for the harness. */
export interface SubjectCalls {
  open(aim: Aim | null): Promise<void>;
  perform(operation: Operation): Promise<Acknowledgement>;
  /** Reads versions of a table; `from` 0 for all. */
  read(table: TableRef, from: number): Promise<TableReading>;
  /** Every file of the origin's file system with its size, temporary names too. */
  files(): Promise<{ path: string; size: number }[]>;
}
