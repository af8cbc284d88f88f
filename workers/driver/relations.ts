/** The lake as the warehouse sees it: names, types and rows of its tables and views. */
import { duckdbTypeOf } from '../lake/schema/duckdb-types.ts';
import { LogError, SchemaError, TableNotFoundError, UnsupportedFeatureError } from '../lake/errors.ts';
import type { Lake } from '../lake/lake.ts';
import { tablePath } from '../lake/path.ts';
import type { AddFile, Codec, Snapshot, TableRef } from '../lake/types.ts';
import type { View } from '../lake/views.ts';
import type { Piece, RelationInfo, RelationSource } from '../warehouse/types.ts';
import { filesOf, piecesOf } from './pieces.ts';

/** Files decoded ahead of the one being inserted: enough to keep the executors busy, few enough for memory. */
const DECODE_AHEAD = 4;
const FILE_FAULTS = new Set(['DataFileError', 'FileNotFoundError', 'FormatError']);
/** What makes a table unreadable; anything else is no fault of the table. */
const PROBLEMS = [LogError, SchemaError, TableNotFoundError, UnsupportedFeatureError];

export class LakeRelations implements RelationSource {
  readonly #known = new Map<string, Promise<RelationInfo[]>>();
  /** The lake answers the same snapshot while a table has not changed, and statistics take time to read. */
  readonly #infos = new WeakMap<Snapshot, RelationInfo>();

  constructor(
    readonly lake: Lake,
    readonly codec: Codec,
  ) {}

  /** Tables and views of a lab; asked before every query, so kept until `invalidate`. */
  relations(catalog: string): Promise<RelationInfo[]> {
    const known = this.#known.get(catalog) ?? this.#list(catalog);
    this.#known.set(catalog, known);
    known.catch(() => this.#known.delete(catalog));
    return known;
  }

  /** A commit or a view has changed what the lab holds. */
  invalidate(catalog: string): void {
    this.#known.delete(catalog);
  }

  async *read(
    relation: RelationInfo,
    columns: string[] | null,
    signal?: AbortSignal,
    pieces?: readonly Piece[],
  ): AsyncIterable<Uint8Array> {
    const ref = { lab: relation.catalog, schema: relation.schema, name: relation.name };
    const snapshot = await this.lake.table(ref).snapshot(relation.version);
    const { schema, metadata } = snapshot;
    const { partitionColumns } = metadata;
    const files = pieces ? filesOf(snapshot, pieces) : snapshot.files;
    const decode = (add: AddFile) => {
      const job = { tablePath: tablePath(ref), add, schema, partitionColumns, columns };
      return this.codec.decode(job, signal).catch((cause: unknown) => nameFile(cause, add));
    };
    const ahead: Promise<Uint8Array>[] = [];
    for (const add of files) {
      const next = decode(add);
      // A failure is met when its turn comes; until then it must not count as unhandled.
      next.catch(() => undefined);
      ahead.push(next);
      if (ahead.length >= DECODE_AHEAD) yield (await ahead.shift()) as Uint8Array;
    }
    for (const rest of ahead) yield await rest;
  }

  async #list(catalog: string): Promise<RelationInfo[]> {
    const [tables, views] = await Promise.all([this.lake.tables(catalog), this.lake.views(catalog)]);
    const infos = await Promise.all(tables.map((ref) => this.#tableOrProblem(ref)));
    return [...infos, ...views.map(viewInfo)];
  }

  /** A table that cannot be read is listed with its problem, so that only who names it hears of it. */
  async #tableOrProblem(ref: TableRef): Promise<RelationInfo> {
    try {
      return this.#tableInfo(await this.lake.table(ref).snapshot());
    } catch (cause) {
      if (!(cause instanceof Error && PROBLEMS.some((type) => cause instanceof type))) throw cause;
      const unread = { version: -1, columns: [], numRecords: null };
      return { ...nameOf(ref), kind: 'table', ...unread, problem: cause.message };
    }
  }

  #tableInfo(snapshot: Snapshot): RelationInfo {
    const info = this.#infos.get(snapshot) ?? tableInfo(snapshot);
    this.#infos.set(snapshot, info);
    return info;
  }
}

function tableInfo(snapshot: Snapshot): RelationInfo {
  const { ref, version, schema, numRecords = null } = snapshot;
  const columns = schema.fields.map(({ name, type }) => ({ name, type: duckdbTypeOf(type) }));
  let known: { pieces: Piece[] | undefined } | undefined;
  return {
    ...nameOf(ref),
    kind: 'table',
    version,
    columns,
    numRecords,
    // Read when a condition asks for them: statistics of many files take time.
    get pieces() {
      known ??= { pieces: piecesOf(snapshot) };
      return known.pieces;
    },
  };
}

function viewInfo({ ref, sql, columns, publishedAt }: View): RelationInfo {
  return { ...nameOf(ref), kind: 'view', version: publishedAt, columns, numRecords: 0, sql };
}

function nameOf({ lab, schema, name }: TableRef) {
  return { catalog: lab, schema, name };
}

/** Fields of errors do not survive the way from an executor; their names and messages do. */
function nameFile(cause: unknown, { path }: AddFile): never {
  if (cause instanceof Error && FILE_FAULTS.has(cause.name)) Object.assign(cause, { file: path });
  throw cause;
}
