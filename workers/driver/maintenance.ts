/** Maintenance, time travel and repair of lake tables, for the page. */
import type * as api from '../api.ts';
import type { Lake } from '../lake/lake.ts';
import type { TableLog } from '../lake/log/table-log.ts';
import { checkTable } from '../lake/operations/check.ts';
import { deleteWhere } from '../lake/operations/delete.ts';
import { diffVersions } from '../lake/operations/diff.ts';
import { optimizeTable } from '../lake/operations/optimize.ts';
import { repairTable } from '../lake/operations/repair.ts';
import type { OperationReport } from '../lake/operations/report.ts';
import { restoreTable } from '../lake/operations/restore.ts';
import { vacuumTable } from '../lake/operations/vacuum.ts';
import { tablePath } from '../lake/path.ts';
import type { Codec, RowEngine, TableRef } from '../lake/types.ts';
import { NotATableError } from './errors.ts';
import type { JobProgress, Jobs } from './jobs.ts';
import type { LabGuard } from './lab-guard.ts';
import { parseMoment } from './moments.ts';
import { isTable, locate } from './tables.ts';
import { Turns } from './turns.ts';

export interface MaintenanceParts {
  lake: Lake;
  codec: Codec;
  rows: RowEngine;
  jobs: Jobs;
  guard: LabGuard;
  /** Labs of this site; the first is meant where none is named. */
  labs: api.LabName[];
  /** When the oldest run of the lab that is under way began; null when none is. */
  runningSince(lab: api.LabName): api.EpochMs | null;
  /** To be called after a commit. */
  noteChange(lab: api.LabName): void;
  /** Forgets the warehouse's copy of a table whose versions may come to mean other rows. */
  forgetCopy(ref: TableRef): Promise<void>;
}

/** Paths in a report, at most. */
const MAX_PATHS = 1000;
/** The history of runs is written at any time, between two looks of a vacuum too; so long its files are left alone. */
const SYSTEM_WRITE_MS = 60_000;
/** Times of files may be rounded. */
const CLOCK_GRAIN_MS = 2_000;

type Operation = api.MaintenanceReport['operation'];

/** One operation at a time works on a table, so that none deletes what another is writing. */
export class Maintenance implements api.MaintenanceApi {
  readonly #turns = new Turns();

  constructor(readonly parts: MaintenanceParts) {}

  optimize(name: api.TableName, options: api.OptimizeOptions = {}): Promise<api.MaintenanceReport> {
    const { targetBytes, sortBy, zOrderBy, dryRun } = options;
    return this.#perform('OPTIMIZE', name, options, ({ log }) =>
      this.#asJob('optimize', name, dryRun, (progress) =>
        optimizeTable(log, this.#ports(progress), { targetBytes, sortBy, zOrderBy, dryRun, progress }),
      ),
    );
  }

  vacuum(name: api.TableName, options: api.VacuumOptions = {}): Promise<api.MaintenanceReport> {
    const { retentionHours, dryRun } = options;
    return this.#perform('VACUUM', name, options, ({ log, ref }) =>
      this.#asJob('vacuum', name, dryRun, (progress) =>
        vacuumTable(log, { retentionHours, dryRun, progress, writersSince: this.#writersSince(ref) }),
      ),
    );
  }

  restore(
    name: api.TableName,
    to: api.At,
    options: api.MaintenanceOptions = {},
  ): Promise<api.MaintenanceReport> {
    const { dryRun } = options;
    return this.#perform('RESTORE', name, options, ({ log }) => {
      const point = typeof to === 'number' ? { version: to } : { timestamp: parseMoment(to) };
      return restoreTable(log, point, { dryRun });
    });
  }

  deleteRows(
    name: api.TableName,
    condition: string,
    options: api.MaintenanceOptions = {},
  ): Promise<api.MaintenanceReport> {
    const { dryRun } = options;
    return this.#perform('DELETE', name, options, ({ log }) =>
      deleteWhere(log, this.#ports(), condition, { dryRun }),
    );
  }

  async diff(
    name: api.TableName,
    from: number,
    to: number,
    { lab, key = [], limit }: api.DiffOptions = {},
  ): Promise<api.VersionDiff> {
    const started = performance.now();
    const { ref, log } = await this.#open(name, 'A comparison', lab);
    const found = await diffVersions(log, this.#ports(), { from, to }, { key, limit });
    const { added, removed, changed, ipc, numRows, columns } = found;
    const truncated = numRows < added + removed + 2 * changed;
    const elapsedMs = performance.now() - started;
    const rows = { queryId: crypto.randomUUID(), ipc, numRows, truncated, elapsedMs, columns };
    return { table: nameOf(ref), from, to, key, added, removed, changed, rows };
  }

  async checkTable(name: api.TableName, lab?: api.LabName): Promise<api.TableCheck> {
    const { ref, log } = await this.#open(name, 'A check', lab);
    const report = await this.#asJob('checkTable', name, false, (progress) =>
      checkTable(log, { codec: this.parts.codec, progress }),
    );
    return { table: nameOf(ref), ...report };
  }

  repairTable(name: api.TableName, repair: api.Repair, lab?: api.LabName): Promise<api.MaintenanceReport> {
    return this.#perform('REPAIR', name, { lab }, async ({ ref, log }) => {
      const report = await repairTable(log, repair, { codec: this.parts.codec });
      if (repair.kind === 'truncateLog') await this.parts.forgetCopy(ref);
      return report;
    });
  }

  async #perform(
    operation: Operation,
    name: api.TableName,
    { lab, dryRun = false }: api.MaintenanceOptions,
    work: (table: { ref: TableRef; log: TableLog }) => Promise<OperationReport>,
  ): Promise<api.MaintenanceReport> {
    const table = await this.#open(name, operation, lab);
    const { ref } = table;
    return this.parts.guard.use(ref.lab, `${operation} of ${nameOf(ref)}`, () =>
      this.#turns.take(tablePath(ref), async () => {
        try {
          return reportOf(operation, ref, dryRun, await work(table));
        } finally {
          // Failed operations may have committed too: a vacuum says how it ended.
          if (!dryRun) this.parts.noteChange(ref.lab);
        }
      }),
    );
  }

  async #open(
    name: api.TableName,
    operation: string,
    lab = this.parts.labs[0] ?? '',
  ): Promise<{ ref: TableRef; log: TableLog }> {
    const { lake } = this.parts;
    const ref = await locate(lake, lab, name);
    if (!(await isTable(lake, ref))) throw new NotATableError(nameOf(ref), operation);
    return { ref, log: lake.table(ref).log };
  }

  /** A dry run takes no time worth telling of. */
  #asJob<T>(
    what: api.Job['what'],
    subject: string,
    dryRun: boolean | undefined,
    work: (progress?: JobProgress) => Promise<T>,
  ): Promise<T> {
    return dryRun ? work() : this.parts.jobs.run(what, subject, {}, work);
  }

  #ports(progress?: JobProgress) {
    const { codec, rows } = this.parts;
    return { codec, rows, signal: progress?.signal };
  }

  #writersSince(ref: TableRef): api.EpochMs | undefined {
    const run = this.parts.runningSince(ref.lab);
    const history = ref.schema === 'system' ? this.parts.lake.env.clock.now() - SYSTEM_WRITE_MS : Infinity;
    const since = Math.min(run === null ? Infinity : run - CLOCK_GRAIN_MS, history);
    return since === Infinity ? undefined : since;
  }
}

function nameOf({ schema, name }: TableRef): api.TableName {
  return `${schema}.${name}`;
}

function reportOf(
  operation: Operation,
  ref: TableRef,
  dryRun: boolean,
  { rows, paths, ...report }: OperationReport,
): api.MaintenanceReport {
  // The lake tells of changes; who deletes or repairs is told what went.
  const told = rows === null || operation === 'RESTORE' ? rows : Math.abs(rows);
  return { table: nameOf(ref), operation, dryRun, ...report, rows: told, paths: paths.slice(0, MAX_PATHS) };
}
