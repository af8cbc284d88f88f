import { BackupError } from './errors.ts';

/** The first file of a backup. */
export const MANIFEST = 'tarn-backup.json';

const FORMAT = 'tarn-backup';
const FORMAT_VERSION = 1;

/** What a backup says it holds; held against what it does hold before anything is restored. */
export interface BackupManifest {
  format: typeof FORMAT;
  formatVersion: number;
  /** Epoch ms. */
  createdAt: number;
  labs: LabManifest[];
}

export interface LabManifest {
  lab: string;
  tables: TableManifest[];
  /** `schema.name`. */
  views: string[];
  landing: { files: number; bytes: number };
}

export interface TableManifest {
  /** `schema.name`. */
  name: string;
  version: number;
  /** Of that version. */
  files: number;
  bytes: number;
}

export function createManifest(createdAt: number, labs: LabManifest[]): BackupManifest {
  return { format: FORMAT, formatVersion: FORMAT_VERSION, createdAt, labs };
}

/** As text that a person can read. */
export function serializeManifest(manifest: BackupManifest): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** @throws BackupError for text that is none, or one of a later Tarn */
export function parseManifest(bytes: Uint8Array): BackupManifest {
  let value: Partial<BackupManifest> | null;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<BackupManifest> | null;
  } catch (cause) {
    throw new BackupError(MANIFEST, 'expected JSON, found other text', { cause });
  }
  if (value?.format !== FORMAT)
    throw new BackupError(
      MANIFEST,
      `expected the format "${FORMAT}", found ${JSON.stringify(value?.format)}`,
    );
  if (value.formatVersion !== FORMAT_VERSION) {
    const found = JSON.stringify(value.formatVersion);
    throw new BackupError(MANIFEST, `expected version ${FORMAT_VERSION} of the format, found ${found}`);
  }
  if (!Array.isArray(value.labs) || typeof value.createdAt !== 'number' || !value.labs.every(isLab))
    throw new BackupError(MANIFEST, 'its list of labs and tables is not complete');
  return value as BackupManifest;
}

function isLab(value: Partial<LabManifest> | null): boolean {
  const { lab, tables, views, landing } = value ?? {};
  if (typeof lab !== 'string' || !Array.isArray(tables) || !Array.isArray(views)) return false;
  if (typeof landing?.files !== 'number' || typeof landing.bytes !== 'number') return false;
  return tables.every(isTable) && views.every(isName);
}

function isTable(value: Partial<TableManifest> | null): boolean {
  const { name, version, files, bytes } = value ?? {};
  return isName(name) && [version, files, bytes].every((number) => Number.isSafeInteger(number));
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.split('.').length === 2;
}
