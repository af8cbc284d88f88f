/** What is stored, and how it leaves and enters: backup, restore, folders, Delta tables of others. */
import type { EpochMs, LabName, TableName } from './names.ts';
import type { TableSummary } from './tables.ts';

export interface StorageInfo {
  /** `opfs` is durable; `memory` is lost with the tab and must be warned about. */
  kind: 'opfs' | 'memory';
  usedBytes: number | null;
  quotaBytes: number | null;
  /** Labs that a restore was replacing when its tab ended: neither old nor new until restored again or deleted. */
  interruptedRestore?: LabName[];
}

/** Bytes of one table or view. */
export interface TableUse {
  name: TableName;
  kind: 'table' | 'view';
  /** Files of the current version. */
  liveBytes: number;
  liveFiles: number;
  /** Files of former versions only, and files that no version names: what VACUUM may free. */
  oldBytes: number;
  oldFiles: number;
  logBytes: number;
}

export interface LabUse {
  lab: LabName;
  /** False for a lab of the lake that this site has no lab for. */
  known: boolean;
  bytes: number;
  /** Imported files of the landing zone. */
  landingBytes: number;
  tables: TableUse[];
}

/** What a zip holds, checked to its last byte. */
export interface BackupSummary {
  createdAt: EpochMs | null;
  bytes: number;
  labs: { lab: LabName; tables: number; bytes: number; exists: boolean }[];
}

/** A Delta table of another engine: a zip, or the files of a folder with their relative paths. */
export type DeltaSource = File | { path: string; file: File }[];

/** What a Delta table found in a zip or folder is. */
export interface DeltaInspection {
  /** Folder name, made fit for a table name. */
  suggestedName: string;
  version: number;
  numFiles: number;
  numRecords: number | null;
  sizeInBytes: number;
  columns: { name: string; type: string }[];
  partitionColumns: string[];
  /** Who wrote its last commit, as the log says. */
  engineInfo: string | null;
}

/** Work that takes a while; told by `job` events and ended by `cancelJob`. */
export interface Job {
  jobId: string;
  what: 'backup' | 'restoreBackup' | 'saveToFolder' | 'importDelta' | 'optimize' | 'vacuum' | 'checkTable';
  /** Table or lab. */
  subject: string;
  state: 'running' | 'completed' | 'failed' | 'cancelled';
  doneBytes: number;
  totalBytes: number | null;
  /** What it is at: a file or table. */
  detail: string | null;
}

export interface JobOptions {
  /** Name to cancel the job by; made up when missing. */
  jobId?: string;
}

export interface StorageApi {
  storage(): Promise<StorageInfo>;
  storageUse(): Promise<LabUse[]>;
  /** Deletes a table or view with its history. */
  deleteTable(table: TableName, lab?: LabName): Promise<void>;
  /** Deletes all tables, history and imported files of a lab. */
  deleteLab(lab: LabName): Promise<void>;
  /** A zip of one lab or of the whole lake; where there is OPFS it lies on disk, not in memory. */
  backup(options?: JobOptions & { lab?: LabName }): Promise<File>;
  /** Reads a backup to its end. @throws BackupError naming what is wrong where */
  inspectBackup(file: File): Promise<BackupSummary>;
  /** Checks the backup as a whole, then replaces the labs it holds. */
  restoreBackup(file: File, options?: JobOptions & { labs?: LabName[] }): Promise<BackupSummary>;
  /** Copies one lab or the lake into a folder of the user's disk, laid out as Delta tables. */
  saveToFolder(
    folder: FileSystemDirectoryHandle,
    options?: JobOptions & { lab?: LabName },
  ): Promise<{ files: number; bytes: number }>;
  inspectDelta(source: DeltaSource): Promise<DeltaInspection>;
  /** Checks and copies a Delta table into the lake, history and all. `table` is `schema.name`. */
  importDelta(
    source: DeltaSource,
    table: TableName,
    options?: JobOptions & { lab?: LabName },
  ): Promise<TableSummary>;
  cancelJob(jobId: string): Promise<void>;
}
