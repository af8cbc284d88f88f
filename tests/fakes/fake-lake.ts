import type { At, HistoryEntry, LabUse, TableDetail, TableSummary } from '../../workers/api.ts';
import { makeBrokenTables } from './fake-problems.ts';
import {
  COLUMNS,
  makeTables,
  sumBytes,
  sumRows,
  summarize,
  type FakeTable,
  type FakeVersion,
} from './fake-tables.ts';

const VIEW = 'silver.stg_transactions';
const VIEW_SUMMARY: TableSummary = {
  name: VIEW,
  kind: 'view',
  version: null,
  numFiles: 0,
  numRecords: 0,
  sizeInBytes: 0,
  problem: null,
};

/** A lake in the page's memory: tables with versions that operations really change. */
export class FakeLake {
  tables: FakeTable[];
  hasView: boolean;
  landingBytes = 1_843_200;

  constructor(options: { empty: boolean; problems: boolean }) {
    this.tables = options.empty ? [] : [...makeTables(), ...(options.problems ? makeBrokenTables() : [])];
    this.hasView = !options.empty;
  }

  list(): TableSummary[] {
    return [...this.tables.map(summarize), ...(this.hasView ? [VIEW_SUMMARY] : [])];
  }

  /** @throws NotFoundError */
  table(name: string): FakeTable {
    const found = this.tables.find((one) => one.name === name);
    if (found) return found;
    throw { name: 'NotFoundError', message: `There is no table ${name}.`, hint: 'Run the lab first.' };
  }

  version(table: FakeTable, at?: At): FakeVersion {
    const found =
      at === undefined
        ? table.versions.at(-1)
        : table.versions.findLast(({ entry }) =>
            typeof at === 'number' ? entry.version === at : entry.timestamp <= Date.parse(at),
          );
    if (found) return found;
    throw { name: 'VersionError', message: `${table.name} has no version ${at}.` };
  }

  detail(name: string, at?: At): TableDetail {
    if (name === VIEW && this.hasView)
      return {
        ...VIEW_SUMMARY,
        columns: COLUMNS,
        partitionColumns: [],
        files: [],
        sql: 'select *\nfrom bronze.transactions\nwhere amount > 0',
      };
    const table = this.table(name);
    if (table.problem && !table.problem.readable)
      return { ...summarize(table), columns: [], partitionColumns: [], files: [], sql: null };
    const { entry, files, columns } = this.version(table, at);
    return {
      ...summarize(table),
      version: entry.version,
      numFiles: files.length,
      numRecords: sumRows(files),
      sizeInBytes: sumBytes(files),
      columns,
      partitionColumns: ['transaction_date'],
      files,
      sql: null,
    };
  }

  history(name: string): HistoryEntry[] {
    return name === VIEW
      ? []
      : this.table(name)
          .versions.map(({ entry }) => entry)
          .toReversed();
  }

  /** Files that only former versions have, and files of no version. */
  oldFiles(table: FakeTable): TableDetail['files'] {
    const live = new Set(table.versions.at(-1)?.files.map((file) => file.path));
    const all = new Map(table.versions.flatMap(({ files }) => files.map((file) => [file.path, file])));
    return [...[...all.values()].filter((file) => !live.has(file.path)), ...table.orphans];
  }

  use(): LabUse[] {
    const tables = this.tables.map((table) => {
      const [live, old] = [table.versions.at(-1)?.files ?? [], this.oldFiles(table)];
      return {
        name: table.name,
        kind: 'table' as const,
        liveBytes: sumBytes(live),
        liveFiles: live.length,
        oldBytes: sumBytes(old),
        oldFiles: old.length,
        logBytes: table.versions.length * 2600,
      };
    });
    const view = {
      name: VIEW,
      kind: 'view' as const,
      liveBytes: 0,
      liveFiles: 0,
      oldBytes: 0,
      oldFiles: 0,
      logBytes: 412,
    };
    const all = this.hasView ? [...tables, view] : tables;
    const bytes = all.reduce((sum, one) => sum + one.liveBytes + one.oldBytes + one.logBytes, 0);
    if (all.length === 0)
      return [{ lab: 'transactions', known: true, bytes: 0, landingBytes: 0, tables: [] }];
    return [
      {
        lab: 'transactions',
        known: true,
        bytes: bytes + this.landingBytes,
        landingBytes: this.landingBytes,
        tables: all,
      },
    ];
  }
}
