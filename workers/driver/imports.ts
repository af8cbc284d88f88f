/** The landing zone: users' own files, kept as they came, instead of generated rows. */
import type { ImportReport, LabName } from '../api.ts';
import type { FileStore } from '../lake/types.ts';
import type { IngestJob } from '../orchestrate/types.ts';

/** Files of one import, as `_import.json` keeps them. */
export interface Landing {
  batch: string;
  files: { name: string; path: string; rows: number; bytes: number }[];
}

/** One file for an ingest task. */
export type LandedFile = Pick<IngestJob, 'landingPath' | 'fileName' | 'source' | 'firstRow'>;

export class Imports {
  constructor(
    readonly store: FileStore,
    /** Reads a file to its end; answers its rows. @throws ImportError */
    readonly inspect: (job: IngestJob) => Promise<number>,
    readonly newId: () => string,
  ) {}

  /**
   * Checks every file to its last line, then lands them together, in place of what was landed before.
   * @throws ImportError naming file, column and lines; nothing has changed then
   */
  async land(lab: LabName, source: string, files: File[]): Promise<ImportReport> {
    if (files.length === 0)
      throw new Error(`No files were given for ${source}: choose one or more CSV or Parquet files.`);
    const batch = this.newId();
    const before = await this.#read(lab, source);
    const landing: Landing = { batch, files: [] };
    try {
      for (const [index, file] of files.entries()) {
        const path = `${folderOf(lab, source)}/${batch}/${index}-${encodeURIComponent(file.name)}`;
        landing.files.push({ name: file.name, path, ...(await this.#landFile(file, path, source)) });
      }
    } catch (cause) {
      await this.store.removeFolder(`${folderOf(lab, source)}/${batch}`);
      throw cause;
    }
    await this.store.publish(manifestOf(lab, source), new TextEncoder().encode(JSON.stringify(landing)));
    if (before) await this.store.removeFolder(`${folderOf(lab, source)}/${before.batch}`);
    return report(lab, source, landing);
  }

  async report(lab: LabName, source: string): Promise<ImportReport | null> {
    const landing = await this.#read(lab, source);
    return landing && report(lab, source, landing);
  }

  async clear(lab: LabName, source: string): Promise<void> {
    await this.store.remove(manifestOf(lab, source));
    await this.store.removeFolder(folderOf(lab, source));
  }

  /** The landed files in order, each knowing the ordinal of its first row; empty when nothing was imported. */
  async files(lab: LabName, source: string): Promise<(LandedFile & { rows: number })[]> {
    let firstRow = 0;
    return ((await this.#read(lab, source))?.files ?? []).map(({ name, path, rows }) => {
      const file = { landingPath: path, fileName: name, source, firstRow, rows };
      firstRow += rows;
      return file;
    });
  }

  async #landFile(file: File, landingPath: string, source: string): Promise<{ rows: number; bytes: number }> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const job = {
      landingPath,
      bytes,
      fileName: file.name,
      source,
      firstRow: 0,
      tablePath: '',
      compression: 'none',
    } as const;
    const rows = await this.inspect(job);
    await this.store.publish(landingPath, bytes);
    return { rows, bytes: file.size };
  }

  async #read(lab: LabName, source: string): Promise<Landing | null> {
    const path = manifestOf(lab, source);
    if ((await this.store.size(path)) === undefined) return null;
    return JSON.parse(new TextDecoder().decode(await this.store.read(path))) as Landing;
  }
}

function folderOf(lab: LabName, source: string): string {
  return `landing/${lab}/${source}`;
}

function manifestOf(lab: LabName, source: string): string {
  return `${folderOf(lab, source)}/_import.json`;
}

function report(lab: LabName, source: string, landing: Landing): ImportReport {
  const files = landing.files.map(({ name, rows, bytes }) => ({ name, rows, bytes }));
  return { lab, source, files, rows: files.reduce((sum, { rows }) => sum + rows, 0) };
}
