/** The engine: EngineApi over the rooms. Each method names who does the work. */
import * as Comlink from 'comlink';
import type * as api from '../api.ts';
import { exportTable } from '../lake/archive/export.ts';
import { encodeParquet } from '../lake/parquet/parquet.ts';
import { rowsFromIpc } from '../warehouse/rows.ts';
import { EventHub } from './events.ts';
import { Fence } from './fence.ts';
import { fingerprintTable } from './fingerprints.ts';
import { type Lab, readLabs } from './labs.ts';
import { type OpenEngine, type Params, openEngine, requireLab } from './open.ts';
import { completeParams } from './plans.ts';
import { Projects } from './projects.ts';
import type { Spawn } from './spawn.ts';
import { describeTable, listTables, locate, tableHistory } from './tables.ts';

/** Rows a result may have unless the caller says otherwise. */
const DEFAULT_LIMIT = 1_000_000;

/** All but the roles of tabs, which are above it (`tabs/`). */
export class Engine implements Omit<api.EngineApi, keyof api.TabsApi> {
  readonly #labs = readLabs();
  readonly #events = new EventHub();
  readonly #projects = new Projects();
  readonly #queries = new Map<string, AbortController>();
  readonly #opened: Promise<OpenEngine>;

  readonly #fence = new Fence();

  /** `spawn` gets the engine its workers. `isSole`: no other engine may write to this lake. */
  constructor(spawn: Spawn, isSole = false) {
    this.#fence.onClose(() => spawn.close());
    this.#opened = openEngine({
      spawn,
      isSole,
      labs: this.#labs,
      projects: this.#projects,
      events: this.#events,
      fence: this.#fence,
    });
    this.#opened.then(
      () => this.#events.setStatus({ state: 'ready' }),
      (cause: unknown) =>
        this.#events.setStatus({
          state: 'stopped',
          reason: cause instanceof Error ? cause.message : String(cause),
        }),
    );
  }

  /** Cancels the runs; resolves when their history says so. */
  async cancelAll(): Promise<void> {
    const { runner } = await this.#opened;
    const running = [...this.#labs.keys()].flatMap((lab) => runner.runningId(lab) ?? []);
    await Promise.all(running.map((runId) => runner.cancel(runId)));
  }

  /** Ends its workers and all it might still do, at once. What it was asked may never be answered. */
  close(): void {
    this.#fence.close();
  }

  async labs(): Promise<api.LabInfo[]> {
    return [...this.#labs.values()].map(({ info }) => info);
  }

  async run(lab: api.LabName, params: Params = {}): Promise<api.RunOutcome> {
    const { rooms, runner, guard } = await this.#opened;
    guard.requireFree(lab);
    const { done } = await runner.start(lab, params);
    rooms.pool.resize(completeParams(this.#lab(lab), params).workers);
    return this.#events.whileBusy(`run of ${lab}`, () => done);
  }

  async cancel(runId: api.RunId): Promise<void> {
    return (await this.#opened).runner.cancel(runId);
  }

  async runs(lab?: api.LabName): Promise<api.RunSummary[]> {
    return (await this.#opened).history.runs(lab);
  }

  async runDetail(runId: api.RunId): Promise<api.RunDetail> {
    return (await this.#opened).history.detail(runId);
  }

  async logs(runId: api.RunId): Promise<api.LogLine[]> {
    return (await this.#opened).history.logs(runId);
  }

  async plan(lab: api.LabName, params: Params = {}): Promise<api.TaskRun[]> {
    return (await this.#opened).runner.plan(lab, params);
  }

  async query(sql: string, options: api.QueryOptions = {}): Promise<api.Row[]> {
    const { ipc, columns } = await this.#query(sql, options);
    return rowsFromIpc(ipc, columns);
  }

  async queryArrow(sql: string, options: api.QueryOptions = {}): Promise<api.ArrowResult> {
    const result = await this.#query(sql, options);
    return Comlink.transfer(result, [result.ipc.buffer]);
  }

  async cancelQuery(queryId: string): Promise<void> {
    this.#queries.get(queryId)?.abort();
  }

  async toParquet(ipc: Uint8Array, compression: api.Compression = 'zstd'): Promise<Uint8Array> {
    await this.#opened;
    const file = encodeParquet(ipc, compression);
    return Comlink.transfer(file, [file.buffer]);
  }

  async tables(lab?: api.LabName): Promise<api.TableSummary[]> {
    return listTables((await this.#opened).rooms.lake, this.#lab(lab).info.name);
  }

  async tableDetail(table: api.TableName, lab?: api.LabName, at?: api.At): Promise<api.TableDetail> {
    return describeTable((await this.#opened).rooms.lake, this.#lab(lab).info.name, table, at);
  }

  async history(table: api.TableName, lab?: api.LabName): Promise<api.HistoryEntry[]> {
    return tableHistory((await this.#opened).rooms.lake, this.#lab(lab).info.name, table);
  }

  async fingerprint(lab: api.LabName): Promise<Record<string, api.Fingerprint>> {
    const { rooms } = await this.#opened;
    const refs = (await rooms.lake.tables(this.#lab(lab).info.name)).filter(
      ({ schema }) => schema === 'gold',
    );
    const names = refs.map(({ schema, name }) => `${schema}.${name}`);
    const prints = await Promise.all(names.map((name) => fingerprintTable(rooms, lab, name)));
    return Object.fromEntries(names.map((name, index) => [name, prints[index] ?? '']));
  }

  async importFiles(lab: api.LabName, source: string, files: File[]): Promise<api.ImportReport> {
    const { imports, guard } = await this.#opened;
    guard.requireFree(lab);
    return this.#events.whileBusy(`import of ${files.length} files`, () =>
      imports.land(this.#lab(lab).info.name, source, files),
    );
  }

  async imported(lab: api.LabName, source: string): Promise<api.ImportReport | null> {
    return (await this.#opened).imports.report(this.#lab(lab).info.name, source);
  }

  async clearImport(lab: api.LabName, source: string): Promise<void> {
    return (await this.#opened).imports.clear(this.#lab(lab).info.name, source);
  }

  async exportTable(table: api.TableName, lab?: api.LabName): Promise<Blob> {
    const { lake } = (await this.#opened).rooms;
    const stream = await exportTable(lake.table(await locate(lake, this.#lab(lab).info.name, table)));
    return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
  }

  async status(): Promise<api.EngineStatus> {
    return this.#events.status;
  }

  async optimize(table: api.TableName, options?: api.OptimizeOptions): Promise<api.MaintenanceReport> {
    return (await this.#opened).maintenance.optimize(table, options);
  }

  async vacuum(table: api.TableName, options?: api.VacuumOptions): Promise<api.MaintenanceReport> {
    return (await this.#opened).maintenance.vacuum(table, options);
  }

  async restore(
    table: api.TableName,
    to: api.At,
    options?: api.MaintenanceOptions,
  ): Promise<api.MaintenanceReport> {
    return (await this.#opened).maintenance.restore(table, to, options);
  }

  async deleteRows(
    table: api.TableName,
    condition: string,
    options?: api.MaintenanceOptions,
  ): Promise<api.MaintenanceReport> {
    return (await this.#opened).maintenance.deleteRows(table, condition, options);
  }

  async diff(
    table: api.TableName,
    from: number,
    to: number,
    options?: api.DiffOptions,
  ): Promise<api.VersionDiff> {
    return (await this.#opened).maintenance.diff(table, from, to, options);
  }

  async checkTable(table: api.TableName, lab?: api.LabName): Promise<api.TableCheck> {
    return (await this.#opened).maintenance.checkTable(table, lab);
  }

  async repairTable(
    table: api.TableName,
    repair: api.Repair,
    lab?: api.LabName,
  ): Promise<api.MaintenanceReport> {
    return (await this.#opened).maintenance.repairTable(table, repair, lab);
  }

  async storage(): Promise<api.StorageInfo> {
    return (await this.#opened).storage.storage();
  }

  async storageUse(): Promise<api.LabUse[]> {
    return (await this.#opened).storage.storageUse();
  }

  async deleteTable(table: api.TableName, lab?: api.LabName): Promise<void> {
    return (await this.#opened).storage.deleteTable(table, lab);
  }

  async deleteLab(lab: api.LabName): Promise<void> {
    return (await this.#opened).storage.deleteLab(lab);
  }

  async backup(options?: api.JobOptions & { lab?: api.LabName }): Promise<File> {
    return (await this.#opened).storage.backup(options);
  }

  async inspectBackup(file: File): Promise<api.BackupSummary> {
    return (await this.#opened).storage.inspectBackup(file);
  }

  async restoreBackup(
    file: File,
    options?: api.JobOptions & { labs?: api.LabName[] },
  ): Promise<api.BackupSummary> {
    return (await this.#opened).storage.restoreBackup(file, options);
  }

  async saveToFolder(
    folder: FileSystemDirectoryHandle,
    options?: api.JobOptions & { lab?: api.LabName },
  ): Promise<{ files: number; bytes: number }> {
    return (await this.#opened).storage.saveToFolder(folder, options);
  }

  async inspectDelta(source: api.DeltaSource): Promise<api.DeltaInspection> {
    return (await this.#opened).storage.inspectDelta(source);
  }

  async importDelta(
    source: api.DeltaSource,
    table: api.TableName,
    options?: api.JobOptions & { lab?: api.LabName },
  ): Promise<api.TableSummary> {
    return (await this.#opened).storage.importDelta(source, table, options);
  }

  async cancelJob(jobId: string): Promise<void> {
    return (await this.#opened).storage.cancelJob(jobId);
  }

  async subscribe(listener: (event: api.EngineEvent) => void): Promise<() => void> {
    return Comlink.proxy(this.#events.subscribe(listener));
  }

  async #query(
    sql: string,
    { lab, queryId = crypto.randomUUID(), limit = DEFAULT_LIMIT }: api.QueryOptions,
  ): Promise<api.ArrowResult> {
    const { warehouse } = (await this.#opened).rooms;
    const abort = new AbortController();
    this.#queries.set(queryId, abort);
    const started = performance.now();
    try {
      const run = { catalog: this.#lab(lab).info.name, limit, signal: abort.signal };
      const result = await warehouse.query(sql, run);
      return { queryId, ...result, elapsedMs: performance.now() - started };
    } finally {
      this.#queries.delete(queryId);
    }
  }

  #lab(name?: api.LabName): Lab {
    return requireLab(this.#labs, name);
  }
}
