/** What can be done to a Delta table beyond reading it: maintenance, time travel, repair. */
import type { LabName, TableName } from './names.ts';
import type { Repair, TableProblem } from './problems.ts';
import type { ArrowResult } from './tables.ts';

/** A version number, or an ISO timestamp (UTC): the last version at or before it. */
export type At = number | string;

export interface MaintenanceOptions {
  lab?: LabName;
  /** Says what would be done and does nothing. */
  dryRun?: boolean;
}

export interface OptimizeOptions extends MaintenanceOptions {
  /** Files smaller than this are packed together; 32 MiB unless told. */
  targetBytes?: number;
  /** Rows are sorted by these columns while they are rewritten. */
  sortBy?: string[];
  /** Rows are laid out along a Z-order curve over these columns (ZORDER BY); not together with `sortBy`. */
  zOrderBy?: string[];
}

export interface VacuumOptions extends MaintenanceOptions {
  /** Files that left the table longer ago are deleted; 168 (one week) unless told. Never negative. */
  retentionHours?: number;
}

/** What an operation did, or with `dryRun` would do. */
export interface MaintenanceReport {
  table: TableName;
  operation: 'OPTIMIZE' | 'VACUUM' | 'RESTORE' | 'DELETE' | 'REPAIR';
  dryRun: boolean;
  /** Version committed; null when nothing was. */
  version: number | null;
  filesAdded: number;
  bytesAdded: number;
  filesRemoved: number;
  bytesRemoved: number;
  /** Rows deleted or, for RESTORE, the change in their number; null when not known. */
  rows: number | null;
  /** Versions that can no longer be read afterwards (VACUUM). */
  versionsLost: number[];
  /** Paths concerned, at most 1 000: to be deleted (VACUUM), rewritten (OPTIMIZE), or damaged (REPAIR). */
  paths: string[];
}

/** Rows that differ between two versions. */
export interface VersionDiff {
  table: TableName;
  from: number;
  to: number;
  /** Columns that rows were matched by; empty when whole rows were compared, and then nothing is `changed`. */
  key: string[];
  added: number;
  removed: number;
  changed: number;
  /** The first rows: `_change` ('added', 'removed', 'before', 'after'), then the columns of both versions. */
  rows: ArrowResult;
}

export interface DiffOptions {
  lab?: LabName;
  /** Unique key of the rows; without it whole rows are compared. */
  key?: string[];
  /** Rows shown, 200 unless told. */
  limit?: number;
}

export interface TableCheck {
  table: TableName;
  filesChecked: number;
  bytesChecked: number;
  problem: TableProblem | null;
}

export interface MaintenanceApi {
  /** Packs small files, in one commit without a change of rows (`dataChange` false). */
  optimize(table: TableName, options?: OptimizeOptions): Promise<MaintenanceReport>;
  /** Deletes files that no version within the retention needs, and what killed writers left. */
  vacuum(table: TableName, options?: VacuumOptions): Promise<MaintenanceReport>;
  /** Makes a former version the current one, as a new commit. */
  restore(table: TableName, to: At, options?: MaintenanceOptions): Promise<MaintenanceReport>;
  /** Deletes the rows that meet a SQL condition. */
  deleteRows(table: TableName, condition: string, options?: MaintenanceOptions): Promise<MaintenanceReport>;
  diff(table: TableName, from: number, to: number, options?: DiffOptions): Promise<VersionDiff>;
  /** Reads the log and every live file, and compares sizes and checksums. */
  checkTable(table: TableName, lab?: LabName): Promise<TableCheck>;
  repairTable(table: TableName, repair: Repair, lab?: LabName): Promise<MaintenanceReport>;
}
