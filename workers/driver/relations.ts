/** The lake as the warehouse sees it: names, types and rows of its tables and views. */
import type { At } from '../api.ts';
import { duckdbTypeOf } from '../lake/schema/duckdb-types.ts';
import { LogError, SchemaError, TableNotFoundError, UnsupportedFeatureError } from '../lake/errors.ts';
import type { Lake } from '../lake/lake.ts';
import { dataFilePath, tablePath } from '../lake/path.ts';
import type { DeltaTable } from '../lake/table.ts';
import type { AddFile, Codec, Snapshot, TableRef } from '../lake/types.ts';
import type { View } from '../lake/views.ts';
import type { Piece, RelationInfo, RelationSource } from '../warehouse/types.ts';
import { VersionGoneError } from '../warehouse/errors.ts';
import { versionAt } from './moments.ts';
import { filesOf, piecesOf } from './pieces.ts';
import { describeReadable } from './readable-versions.ts';

/** Files decoded ahead of the one being inserted: enough to keep the executors busy, few enough for memory. */
const DECODE_AHEAD = 4;
const FILE_FAULTS = new Set(['DataFileError', 'FileNotFoundError', 'FormatError']);
/** What makes a table unreadable; anything else is no fault of the table. */
const PROBLEMS = [LogError, SchemaError, TableNotFoundError, UnsupportedFeatureError];

export class LakeRelations implements RelationSource {
  readonly #known = new Map<string, Promise<RelationInfo[]>>();
  /** The lake answers the same snapshot while a table has not changed, and statistics take time to read. */
  readonly #infos = new WeakMap<Snapshot, RelationInfo>();
  /** By lab, then by `schema.name@version`. */
  readonly #former = new Map<string, Map<string, Promise<RelationInfo>>>();

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
    this.#former.delete(catalog);
  }

  /** @throws VersionNotFoundError, TimestampNotFoundError, InvalidMomentError */
  async relationAt(relation: RelationInfo, at: At): Promise<RelationInfo> {
    const table = this.lake.table(refOf(relation));
    const version = await versionAt(table, at);
    const known = this.#former.get(relation.catalog) ?? new Map<string, Promise<RelationInfo>>();
    this.#former.set(relation.catalog, known);
    const key = `${relation.schema}.${relation.name}@${version}`;
    const former = known.get(key) ?? table.snapshot(version).then(formerInfo);
    known.set(key, former);
    former.catch(() => known.delete(key));
    return former;
  }

  async *read(
    relation: RelationInfo,
    columns: string[] | null,
    signal?: AbortSignal,
    pieces?: readonly Piece[],
  ): AsyncIterable<Uint8Array> {
    const ref = refOf(relation);
    const table = this.lake.table(ref);
    const snapshot = await table.snapshot(relation.version);
    const { schema, metadata } = snapshot;
    const { partitionColumns } = metadata;
    const files = pieces ? filesOf(snapshot, pieces) : snapshot.files;
    const decode = (add: AddFile) => {
      const job = { tablePath: tablePath(ref), add, schema, partitionColumns, columns };
      return this.codec
        .decode(job, signal)
        .catch((cause: unknown) => explainFault(cause, add, relation, table));
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

/** A version as a table of its own. */
function formerInfo(snapshot: Snapshot): RelationInfo {
  const { name } = snapshot.ref;
  return Object.assign(tableInfo(snapshot), { name: `${name}@v${snapshot.version}`, formerOf: name });
}

function tableInfo(snapshot: Snapshot): RelationInfo {
  const { ref, version, schema, metadata, timestamp, numRecords = null } = snapshot;
  const columns = schema.fields.map(({ name, type }) => ({ name, type: duckdbTypeOf(type) }));
  let known: { pieces: Piece[] | undefined } | undefined;
  return {
    ...nameOf(ref),
    kind: 'table',
    version,
    stamp: `${metadata.id} ${timestamp}`,
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

function refOf({ catalog, schema, name, formerOf = name }: RelationInfo): TableRef {
  return { lab: catalog, schema, name: formerOf };
}

function nameOf({ lab, schema, name }: TableRef) {
  return { catalog: lab, schema, name };
}

/** What a file that cannot be decoded means. Fields of errors do not survive the way from an executor; names and messages do. */
async function explainFault(
  cause: unknown,
  { path }: AddFile,
  { version, formerOf }: RelationInfo,
  table: DeltaTable,
): Promise<never> {
  if (!(cause instanceof Error && FILE_FAULTS.has(cause.name))) throw cause;
  const isGone = (await table.store.size(dataFilePath(table.path, path))) === undefined;
  if (isGone && formerOf !== undefined)
    throw new VersionGoneError(table.log.name, version, await describeReadable(table), cause);
  throw Object.assign(cause, { file: path });
}
