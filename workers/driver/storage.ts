/** What is stored, and how it leaves and enters. */
import type * as api from '../api.ts';
import { BACKUP_FOLDER, writeBackup } from '../lake/archive/backup.ts';
import { type CheckedBackup, checkBackup } from '../lake/archive/check-backup.ts';
import { deleteLab } from '../lake/archive/delete-lab.ts';
import { openDeltaSource } from '../lake/archive/delta-source.ts';
import { importTable } from '../lake/archive/import-table.ts';
import { type Progress, UNWATCHED } from '../lake/archive/progress.ts';
import { restoreBackup } from '../lake/archive/restore-backup.ts';
import { readOpenRestore } from '../lake/archive/restore-marker.ts';
import { saveToFolder } from '../lake/archive/save-folder.ts';
import { StorageUse } from '../lake/archive/storage-use.ts';
import type { TableRef } from '../lake/types.ts';
import { inspectTable } from './delta-inspection.ts';
import { InvalidNameError, NotFoundError } from './errors.ts';
import type { Jobs } from './jobs.ts';
import type { LabGuard } from './lab-guard.ts';
import type { Rooms } from './rooms.ts';
import { listTables } from './tables.ts';

export interface StorageParts {
  rooms: Pick<Rooms, 'store' | 'lake' | 'warehouse' | 'noteChange'>;
  jobs: Jobs;
  guard: LabGuard;
  /** Labs of this site; the first is meant where none is named. */
  labs: api.LabName[];
  /** Reads a lab's history of runs again. */
  reloadHistory(lab: api.LabName): Promise<void>;
}

export class Storage implements api.StorageApi {
  #use: StorageUse;

  constructor(readonly parts: StorageParts) {
    this.#use = new StorageUse(parts.rooms.lake);
  }

  /** Removes the backups of earlier sessions. */
  async cleanUp(): Promise<void> {
    await this.parts.rooms.store.removeFolder(BACKUP_FOLDER);
  }

  async storage(): Promise<api.StorageInfo> {
    const { store } = this.parts.rooms;
    const { usage = null, quota = null } =
      store.kind === 'opfs' ? ((await navigator.storage?.estimate?.()) ?? {}) : {};
    const info: api.StorageInfo = { kind: store.kind, usedBytes: usage, quotaBytes: quota };
    const open = await readOpenRestore(store);
    return open ? { ...info, interruptedRestore: open.labs } : info;
  }

  async storageUse(): Promise<api.LabUse[]> {
    const measured = new Map((await this.#use.measure()).map((space) => [space.lab, space]));
    const names = [...new Set([...this.parts.labs, ...measured.keys()])];
    return names.map((lab) => ({
      ...(measured.get(lab) ?? { lab, bytes: 0, landingBytes: 0, tables: [] }),
      known: this.parts.labs.includes(lab),
    }));
  }

  async deleteTable(table: api.TableName, lab?: api.LabName): Promise<void> {
    const { lake } = this.parts.rooms;
    const ref = this.#refOf(table, lab);
    const refs = await lake.places(ref.lab);
    if (!refs.some(({ schema, name }) => schema === ref.schema && name === ref.name))
      throw new NotFoundError(
        'table',
        table,
        refs.map(({ schema, name }) => `${schema}.${name}`),
      );
    await this.#exchange([ref.lab], 'the deletion of a table', () => lake.drop(ref));
  }

  async deleteLab(lab: api.LabName): Promise<void> {
    await this.#requireStored([lab]);
    await this.#exchange([lab], 'its deletion', () => deleteLab(this.parts.rooms.lake, lab));
  }

  async backup({ lab, ...options }: api.JobOptions & { lab?: api.LabName } = {}): Promise<File> {
    const { lake } = this.parts.rooms;
    const labs = lab === undefined ? await this.#storedLabs() : await this.#requireStored([lab]);
    const at = new Date(lake.env.clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
    const name = `tarn-${lab ?? 'lake'}-${at}Z.zip`;
    return this.parts.jobs.run('backup', lab ?? 'lake', options, async (progress) => {
      const zip = await writeBackup(lake, labs, name, progress);
      // A file of OPFS has its name already, and stays on disk.
      return zip instanceof File ? zip : new File([zip], name, { type: 'application/zip' });
    });
  }

  async inspectBackup(file: File): Promise<api.BackupSummary> {
    return this.#summarize(file, await checkBackup(file, this.parts.rooms.lake.env, UNWATCHED));
  }

  async restoreBackup(
    file: File,
    { labs, ...options }: api.JobOptions & { labs?: api.LabName[] } = {},
  ): Promise<api.BackupSummary> {
    const { lake } = this.parts.rooms;
    return this.parts.jobs.run('restoreBackup', file.name, options, async (progress) => {
      const backup = await checkBackup(file, lake.env, progress);
      const summary = await this.#summarize(file, backup);
      const held = backup.manifest.labs.map(({ lab }) => lab);
      const missing = labs?.find((lab) => !held.includes(lab));
      if (missing !== undefined) throw new NotFoundError('lab of the backup', missing, held);
      const wanted = labs ?? held;
      await this.#exchange(wanted, 'the restore of a backup', () =>
        restoreBackup(lake, backup, wanted, after(progress, sizeOf(backup))),
      );
      return summary;
    });
  }

  async saveToFolder(
    folder: FileSystemDirectoryHandle,
    { lab, ...options }: api.JobOptions & { lab?: api.LabName } = {},
  ): Promise<{ files: number; bytes: number }> {
    const labs = lab === undefined ? await this.#storedLabs() : await this.#requireStored([lab]);
    return this.parts.jobs.run('saveToFolder', lab ?? 'lake', options, (progress) =>
      saveToFolder(this.parts.rooms.lake, labs, folder, progress),
    );
  }

  async inspectDelta(source: api.DeltaSource): Promise<api.DeltaInspection> {
    const refOf = (name: string): TableRef => ({ lab: 'import', schema: 'bronze', name });
    return inspectTable(await openDeltaSource(source, refOf, this.parts.rooms.lake.env));
  }

  async importDelta(
    source: api.DeltaSource,
    table: api.TableName,
    { lab, ...options }: api.JobOptions & { lab?: api.LabName } = {},
  ): Promise<api.TableSummary> {
    const { rooms, guard, jobs, labs } = this.parts;
    const ref = this.#refOf(table, lab);
    if (!labs.includes(ref.lab)) throw new NotFoundError('lab', ref.lab, labs);
    guard.requireFree(ref.lab);
    await jobs.run('importDelta', table, options, (progress) =>
      importTable(rooms.lake, source, ref, progress),
    );
    rooms.noteChange(ref.lab);
    const name = `${ref.schema}.${ref.name}`;
    const tables = await listTables(rooms.lake, ref.lab);
    const summary = tables.find((one) => one.name === name);
    if (!summary)
      throw new NotFoundError(
        'table',
        name,
        tables.map((one) => one.name),
      );
    return summary;
  }

  async cancelJob(jobId: string): Promise<void> {
    this.parts.jobs.cancel(jobId);
  }

  /** Changes whole tables while no run is under way, then lets nobody remember what was. */
  async #exchange(labs: api.LabName[], what: string, work: () => Promise<void>): Promise<void> {
    const { rooms, guard, reloadHistory } = this.parts;
    await guard.exchange(labs, what, async () => {
      const before = await this.#relationsOf(labs);
      try {
        await work();
      } finally {
        this.#use = new StorageUse(rooms.lake);
        for (const lab of labs) rooms.noteChange(lab);
        // A table that is made again may have the version of a copy that is in memory.
        for (const ref of [...before, ...(await this.#relationsOf(labs))])
          await rooms.warehouse.dropRelation(ref.lab, ref.schema, ref.name);
        for (const lab of labs) await reloadHistory(lab);
      }
    });
  }

  async #relationsOf(labs: api.LabName[]): Promise<TableRef[]> {
    return (await Promise.all(labs.map((lab) => this.parts.rooms.lake.places(lab)))).flat();
  }

  async #summarize(file: File, { manifest, sizes }: CheckedBackup): Promise<api.BackupSummary> {
    const stored = await this.#storedLabs();
    const labs = manifest.labs.map(({ lab, tables, views }) => ({
      lab,
      tables: tables.length + views.length,
      bytes: sizes.get(lab) ?? 0,
      exists: stored.includes(lab),
    }));
    return { createdAt: manifest.createdAt, bytes: file.size, labs };
  }

  /** Labs that have tables, views or imported files. */
  async #storedLabs(): Promise<api.LabName[]> {
    return (await this.#use.measure()).filter(({ bytes }) => bytes > 0).map(({ lab }) => lab);
  }

  async #requireStored(labs: api.LabName[]): Promise<api.LabName[]> {
    const stored = await this.#storedLabs();
    const missing = labs.find((lab) => !stored.includes(lab));
    if (missing !== undefined) throw new NotFoundError('lab with tables', missing, stored);
    return labs;
  }

  #refOf(table: api.TableName, lab = this.parts.labs[0] ?? ''): TableRef {
    const [name = '', schema = '', named = lab, ...more] = table.split('.').reverse();
    if (name === '' || schema === '' || more.length > 0 || table.includes('/'))
      throw new InvalidNameError('table', table, 'a schema and a name, as in bronze.orders');
    return { lab: named, schema, name };
  }
}

/** Progress of a second part, whose total comes on top of the first's. */
function after({ signal, expect, advance }: Progress, doneBytes: number): Progress {
  return { signal, advance, expect: (bytes) => expect(doneBytes + bytes) };
}

function sizeOf({ sizes }: CheckedBackup): number {
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
