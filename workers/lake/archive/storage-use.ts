import { LakeError } from '../errors.ts';
import type { Lake } from '../lake.ts';
import { listFolders, listPaths } from './folder-listing.ts';
import { LAKE_ROOT, LANDING_ROOT, dataFilePath } from '../path.ts';
import type { Snapshot, TableRef } from '../types.ts';

/** Bytes of one table or view; see `TableUse` of the API. */
export interface TableSpace {
  /** `schema.name`. */
  name: string;
  kind: 'table' | 'view';
  liveBytes: number;
  liveFiles: number;
  oldBytes: number;
  oldFiles: number;
  logBytes: number;
}

export interface LabSpace {
  lab: string;
  bytes: number;
  landingBytes: number;
  tables: TableSpace[];
}

/**
 * Measures labs: one listing per folder. Sizes of live files are those of the log; others are asked of the store once and remembered,
 * because files of a table never change.
 */
export class StorageUse {
  readonly #sizes = new Map<string, number>();

  constructor(readonly lake: Lake) {}

  /** Labs of the lake and of the landing zone, sorted by name. */
  async measure(): Promise<LabSpace[]> {
    const { store } = this.lake;
    const labs = [...(await listFolders(store, LAKE_ROOT)), ...(await listFolders(store, LANDING_ROOT))];
    const spaces: LabSpace[] = [];
    for (const lab of [...new Set(labs)].sort()) spaces.push(await this.#measureLab(lab));
    return spaces;
  }

  async #measureLab(lab: string): Promise<LabSpace> {
    const { store } = this.lake;
    const tables: TableSpace[] = [];
    for (const { schema, name } of await this.lake.places(lab)) {
      const space = await this.#measureTable(lab, schema, name);
      if (space) tables.push(space);
    }
    const landingBytes = sum(await this.#sizesOf(await listPaths(store, `${LANDING_ROOT}/${lab}`)));
    const bytes = sum(tables.map((table) => table.liveBytes + table.oldBytes + table.logBytes));
    return { lab, bytes: bytes + landingBytes, landingBytes, tables };
  }

  /** Undefined for a folder without files. */
  async #measureTable(lab: string, schema: string, name: string): Promise<TableSpace | undefined> {
    const folder = `${LAKE_ROOT}/${lab}/${schema}/${name}`;
    const paths = await listPaths(this.lake.store, folder);
    if (paths.length === 0) return undefined;
    const log = paths.filter((path) => path.startsWith(`${folder}/_delta_log/`));
    const isView = log.length === 0 && paths.includes(`${folder}/_view.json`);
    const live = isView
      ? new Map<string, number | undefined>(paths.map((path) => [path, undefined]))
      : await this.#liveFiles(folder, { lab, schema, name }, paths);
    const old = paths.filter((path) => !live.has(path) && !log.includes(path));
    const liveSizes = [...live].map(async ([path, size]) => size ?? (await this.#sizeOf(path)));
    const oldSizes = await this.#sizesOf(old);
    return {
      name: `${schema}.${name}`,
      kind: isView ? 'view' : 'table',
      liveBytes: sum(await Promise.all(liveSizes)),
      liveFiles: live.size,
      oldBytes: sum(oldSizes),
      oldFiles: old.length,
      logBytes: sum(await this.#sizesOf(log)),
    };
  }

  /** Paths of the live files that are there, with their sizes. Of a table that cannot be read every file counts: none may be freed. */
  async #liveFiles(folder: string, ref: TableRef, paths: string[]): Promise<Map<string, number | undefined>> {
    // A folder of a partition column may start with "_" too.
    const data = paths.filter((path) => !path.startsWith(`${folder}/_delta_log/`));
    const snapshot = await this.#snapshot(ref);
    if (snapshot === 'broken') return new Map(data.map((path) => [path, undefined]));
    const named = (snapshot?.files ?? []).map((add): [string, number] => [
      dataFilePath(folder, add.path),
      add.size,
    ]);
    const present = new Set(data);
    return new Map(named.filter(([path]) => present.has(path)));
  }

  async #snapshot(ref: {
    lab: string;
    schema: string;
    name: string;
  }): Promise<Snapshot | 'broken' | undefined> {
    try {
      return await this.lake.table(ref).snapshot();
    } catch (cause) {
      if (!(cause instanceof LakeError)) throw cause;
      // What is left where there is no log is of a writer that was killed before its first commit.
      return cause.name === 'TableNotFoundError' ? undefined : 'broken';
    }
  }

  async #sizesOf(paths: string[]): Promise<number[]> {
    return Promise.all(paths.map((path) => this.#sizeOf(path)));
  }

  async #sizeOf(path: string): Promise<number> {
    const known = this.#sizes.get(path);
    if (known !== undefined) return known;
    const size = (await this.lake.store.size(path)) ?? 0;
    // Hints, views and lists of imports are written again and again; they start with "_".
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!name.startsWith('_')) this.#sizes.set(path, size);
    return size;
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
