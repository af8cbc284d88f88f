/** The system tables of one lab as Delta tables: rows in, rows out. */

import type { Codec, CommitOptions, Snapshot, StructType, TableRef, WrittenFile } from '../lake/types.ts';
import { decodeRows, encodeRows } from './system-arrow.ts';
import {
  SYSTEM_KEYS,
  SYSTEM_SCHEMA_NAME,
  SYSTEM_TABLES,
  type SystemRow,
  type SystemTableName,
} from './system-schema.ts';

/** A Delta table, as far as history needs it; the lake's `DeltaTable` is one. */
export interface SystemTable {
  readonly path: string;
  exists(): Promise<boolean>;
  snapshot(): Promise<Snapshot>;
  create(schema: StructType): Promise<unknown>;
  append(files: WrittenFile[], options?: CommitOptions): Promise<unknown>;
  overwrite(
    schema: StructType,
    partitionColumns: string[],
    files: WrittenFile[],
    options?: CommitOptions,
  ): Promise<unknown>;
}

export interface SystemLake {
  /** One instance per table, kept by the caller. */
  table(ref: TableRef): SystemTable;
}

/** More files than this are rewritten as one when the history is loaded. */
const MAX_FILES = 32;

export class SystemTables {
  readonly #chains = new Map<SystemTableName, Promise<unknown>>();

  constructor(
    readonly lab: string,
    readonly lake: SystemLake,
    readonly codec: Codec,
    /** Hears of every commit, so that whoever knows the lab's tables can look again. */
    readonly onWrite: () => void = () => {},
  ) {}

  /** Appends rows in one commit; makes the table when it is missing. Calls for one table follow each other. */
  append(name: SystemTableName, rows: SystemRow[], runId: string): Promise<void> {
    return this.#inTurn(name, async () => {
      if (rows.length === 0) return;
      const table = this.#table(name);
      if (!(await table.exists())) await table.create(SYSTEM_TABLES[name]);
      await table.append(await this.#encode(name, rows), { runId });
      this.onWrite();
    });
  }

  /** The rows of a table, in the order they were recorded; none when it does not exist. */
  read(name: SystemTableName): Promise<SystemRow[]> {
    return this.#inTurn(name, () => this.#readNow(name));
  }

  /** Rewrites a table of many small files as one file with the newest row of each key. */
  compact(name: SystemTableName): Promise<void> {
    return this.#inTurn(name, async () => {
      const table = this.#table(name);
      if (!(await table.exists()) || (await table.snapshot()).files.length <= MAX_FILES) return;
      const files = await this.#encode(name, keepNewest(name, await this.#readNow(name)));
      await table.overwrite(SYSTEM_TABLES[name], [], files, { operation: 'OPTIMIZE' });
      this.onWrite();
    });
  }

  async #readNow(name: SystemTableName): Promise<SystemRow[]> {
    const table = this.#table(name);
    if (!(await table.exists())) return [];
    const { files, schema, metadata } = await table.snapshot();
    const { partitionColumns } = metadata;
    const job = { tablePath: table.path, schema, partitionColumns, columns: null };
    const parts = await Promise.all(files.map((add) => this.codec.decode({ ...job, add })));
    const rows = parts.flatMap((ipc) => decodeRows(SYSTEM_TABLES[name], ipc));
    return rows.sort((a, b) => orderOf(a) - orderOf(b));
  }

  #encode(name: SystemTableName, rows: SystemRow[]): Promise<WrittenFile[]> {
    const schema = SYSTEM_TABLES[name];
    const tablePath = this.#table(name).path;
    const ipc = encodeRows(schema, rows);
    return this.codec.encode({ tablePath, ipc, schema, partitionColumns: [], compression: 'zstd' });
  }

  #table(name: SystemTableName): SystemTable {
    return this.lake.table({ lab: this.lab, schema: SYSTEM_SCHEMA_NAME, name });
  }

  async #inTurn<T>(name: SystemTableName, step: () => Promise<T>): Promise<T> {
    const before = this.#chains.get(name) ?? Promise.resolve();
    const turn = before.then(step, step);
    this.#chains.set(name, turn);
    return turn;
  }
}

function orderOf(row: SystemRow): number {
  return Number(row.recorded_at ?? row.line_number ?? 0);
}

/** The last row of each key; rows come in the order they were recorded. */
export function keepNewest(name: SystemTableName, rows: SystemRow[]): SystemRow[] {
  const keys = SYSTEM_KEYS[name];
  const newest = new Map(rows.map((row) => [JSON.stringify(keys.map((key) => row[key])), row]));
  return [...newest.values()];
}
