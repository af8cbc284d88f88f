import {
  DateDay,
  Decimal,
  Float64,
  Int64,
  Table,
  TimestampMicrosecond,
  Utf8,
  makeData,
  makeVector,
  tableToIPC,
  vectorFromArray,
  type Vector,
} from 'apache-arrow';
import workerUrl from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import wasmUrl from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import type { Piece, RelationInfo, RelationSource } from '../../../workers/warehouse/types.ts';
import { Warehouse, type WarehouseOptions } from '../../../workers/warehouse/warehouse.ts';

export interface MemoryColumn {
  name: string;
  /** DuckDB type. */
  type: string;
  vector: Vector;
}

interface MemoryTable {
  relation: RelationInfo;
  columns: MemoryColumn[];
}

/** A lake in memory, which counts what is read from it. */
export class MemoryLake implements RelationSource {
  /** `name@version: column, column [piece, ...]` for each read. */
  readonly reads: string[] = [];
  /** Waits before rows are handed out. */
  gate: Promise<void> = Promise.resolve();
  /** What to do to a stream on its way. */
  damage: (stream: Uint8Array) => Uint8Array = (stream) => stream;
  private list: RelationInfo[] = [];
  private readonly versions = new Map<string, MemoryTable[]>();

  relations(catalog: string): Promise<RelationInfo[]> {
    return Promise.resolve(this.catalogLists.get(catalog) ?? this.remember(catalog));
  }

  /** Versions are what `put` made, a moment the year of the version: 2000 for version 0. */
  relationAt(table: RelationInfo, at: number | string): Promise<RelationInfo> {
    const version = typeof at === 'number' ? at : new Date(at).getUTCFullYear() - 2000;
    const former = this.versions.get(keyOf(table))?.[version];
    const { length } = this.versions.get(keyOf(table)) ?? [];
    if (!former) return Promise.reject(new Error(`There is no version ${at}: expected 0 to ${length - 1}.`));
    const name = `${table.name}@v${version}`;
    return Promise.resolve({ ...former.relation, name, formerOf: table.name });
  }

  catalogs(): string[] {
    return [...new Set(this.list.map((relation) => relation.catalog))];
  }

  private readonly catalogLists = new Map<string, RelationInfo[]>();

  private remember(catalog: string): RelationInfo[] {
    const list = this.list.filter((relation) => relation.catalog === catalog);
    this.catalogLists.set(catalog, list);
    return list;
  }

  async *read(
    relation: RelationInfo,
    columns: string[] | null,
    _signal?: AbortSignal,
    pieces?: readonly Piece[],
  ): AsyncGenerator<Uint8Array> {
    const names = columns ?? relation.columns.map((column) => column.name);
    const only = pieces ? ` [${pieces.map(({ id }) => id).join(', ')}]` : '';
    this.reads.push(`${relation.name}@${relation.version}: ${names.join(', ')}${only}`);
    await this.gate;
    const table = this.versions.get(keyOf(relation))?.[relation.version];
    if (!table) throw new Error(`no table ${relation.name}`);
    const vectors = Object.fromEntries(
      names.map((name) => [
        name,
        table.columns.find((column) => column.name === name)?.vector ?? new Table().getChildAt(0),
      ]),
    );
    const rows = new Table(vectors as Record<string, Vector>);
    let start = 0;
    for (const { id, numRecords } of relation.pieces ?? [{ id: '', numRecords: rows.numRows }]) {
      const wanted = pieces?.some((piece) => piece.id === id) ?? true;
      if (wanted) yield this.damage(tableToIPC(rows.slice(start, start + numRecords), 'stream'));
      start += numRecords;
    }
  }

  /** Adds a table, or its next version. `pieces` are runs of its rows, in their order. */
  put(
    catalog: string,
    schema: string,
    name: string,
    columns: MemoryColumn[],
    numRecords?: number,
    pieces?: Piece[],
    stamp?: string,
  ): void {
    const versions = this.versions.get(`${catalog}.${schema}.${name}`) ?? [];
    const relation: RelationInfo = {
      catalog,
      schema,
      name,
      kind: 'table',
      version: versions.length,
      stamp,
      columns: columns.map(({ name: column, type }) => ({ name: column, type })),
      numRecords: numRecords ?? columns[0]?.vector.length ?? 0,
      pieces,
    };
    this.versions.set(keyOf(relation), [...versions, { relation, columns }]);
    this.replace(relation);
  }

  putView(catalog: string, schema: string, name: string, sql: string): void {
    const relation: RelationInfo = {
      catalog,
      schema,
      name,
      kind: 'view',
      version: 0,
      columns: [],
      numRecords: 0,
      sql,
    };
    this.replace(relation);
  }

  /** Forgets a table with all its versions. */
  drop(catalog: string, schema: string, name: string): void {
    const key = `${catalog}.${schema}.${name}`;
    this.versions.delete(key);
    this.list = this.list.filter((other) => keyOf(other) !== key);
    this.catalogLists.clear();
  }

  /** Lists a table as one that cannot be read. */
  putDamaged(catalog: string, schema: string, name: string, problem: string): void {
    const unread = { version: -1, columns: [], numRecords: null };
    this.replace({ catalog, schema, name, kind: 'table', ...unread, problem });
  }

  private replace(relation: RelationInfo): void {
    const { catalog, schema, name } = relation;
    const isOther = (other: RelationInfo) =>
      other.catalog !== catalog || other.schema !== schema || other.name !== name;
    this.list = [...this.list.filter(isOther), relation];
    this.catalogLists.clear();
  }
}

function keyOf({ catalog, schema, name, formerOf = name }: RelationInfo): string {
  return `${catalog}.${schema}.${formerOf}`;
}

/** Starts a warehouse over a lake with DuckDB from this page's own server. */
export function openWarehouse(source: RelationSource, options: Partial<WarehouseOptions> = {}): Warehouse {
  return new Warehouse({ workerUrl, wasmUrl, source, ...options });
}

export function bigints(name: string, rows: number, value: (i: number) => bigint = BigInt): MemoryColumn {
  const values = BigInt64Array.from({ length: rows }, (_, i) => value(i));
  return {
    name,
    type: 'BIGINT',
    vector: makeVector(makeData({ type: new Int64(), data: values, length: rows })),
  };
}

export function doubles(name: string, rows: number, value: (i: number) => number): MemoryColumn {
  const values = Float64Array.from({ length: rows }, (_, i) => value(i));
  return {
    name,
    type: 'DOUBLE',
    vector: makeVector(makeData({ type: new Float64(), data: values, length: rows })),
  };
}

/** Days since 1970-01-01. */
export function dates(name: string, rows: number, day: (i: number) => number): MemoryColumn {
  const values = Int32Array.from({ length: rows }, (_, i) => day(i));
  return {
    name,
    type: 'DATE',
    vector: makeVector(makeData({ type: new DateDay(), data: values, length: rows })),
  };
}

/** As Delta has them: microseconds with the UTC zone. */
export function timestamps(name: string, rows: number, micros: (i: number) => bigint): MemoryColumn {
  const values = BigInt64Array.from({ length: rows }, (_, i) => micros(i));
  const type = new TimestampMicrosecond('UTC');
  return { name, type: 'TIMESTAMP', vector: makeVector(makeData({ type, data: values, length: rows })) };
}

/** DECIMAL(18,2) of cents. */
export function money(name: string, rows: number, cents: (i: number) => bigint): MemoryColumn {
  const words = new BigInt64Array(rows * 2);
  for (let i = 0; i < rows; i++) {
    const value = cents(i);
    words[2 * i] = value;
    words[2 * i + 1] = value < 0n ? -1n : 0n;
  }
  const type = new Decimal(2, 18, 128);
  const vector = makeVector(makeData({ type, data: new Uint32Array(words.buffer), length: rows }));
  return { name, type: 'DECIMAL(18,2)', vector };
}

export function strings(name: string, rows: number, value: (i: number) => string | null): MemoryColumn {
  const bytes: number[] = [];
  const offsets = new Int32Array(rows + 1);
  const valid = new Uint8Array((rows + 7) >> 3);
  const encoder = new TextEncoder();
  let nullCount = 0;
  for (let i = 0; i < rows; i++) {
    const text = value(i);
    if (text === null) nullCount++;
    else {
      valid[i >> 3] = (valid[i >> 3] ?? 0) | (1 << (i & 7));
      for (const byte of encoder.encode(text)) bytes.push(byte);
    }
    offsets[i + 1] = bytes.length;
  }
  const data = Uint8Array.from(bytes);
  const vector =
    rows === 0
      ? vectorFromArray([], new Utf8())
      : makeVector(
          makeData({
            type: new Utf8(),
            data,
            valueOffsets: offsets,
            nullBitmap: valid,
            nullCount,
            length: rows,
          }),
        );
  return { name, type: 'VARCHAR', vector };
}
