/** What the warehouse holds of one catalog: copies of lake tables, and views. */

import { TableDamagedError } from './errors.ts';
import { countRows, includesPieces, unitePieces, type Pieces } from './pieces.ts';
import { tokenizeSql, type Token } from './sql-tokens.ts';
import type { RelationInfo } from './types.ts';

/**
 * Above this share of a table's rows all are taken. A copy that grows counts the rows of all its loads, each of which loads
 * anew what it has, so that growing day by day or file by file never costs more than one and a half times the table.
 */
const wholeAbove = 1 / 2;

/** A lake table in DuckDB: an empty shell with all columns, or some or all columns of some or all pieces. */
export interface TableCopy {
  relation: RelationInfo;
  /** Columns that hold the rows, in schema order; null for an empty shell, which has all columns. */
  hydrated: string[] | null;
  /** Pieces whose rows are held; null for all. Without meaning for a shell. */
  pieces: Pieces;
  /** Rows loaded at this version, again and again as the copy grew. */
  rowsLoaded: number;
  /** Counts up with every use, for the least recently used. */
  lastUsed: number;
}

/** A view in DuckDB. `broken` is why it could not be made; whoever names it hears so. */
export interface ViewCopy {
  relation: RelationInfo;
  tokens: Token[];
  broken: unknown;
}

/** The relations of one catalog by `schema.name` in lower case. */
export class CatalogCopy {
  readonly tables = new Map<string, TableCopy>();
  readonly views = new Map<string, ViewCopy>();
  /** Tables that cannot be read, which are not in DuckDB. */
  damaged: ReadonlyMap<string, RelationInfo> = new Map();
  readonly schemas = new Set<string>(['main']);
  /** Something that views are bound to has changed: they must be made again. */
  viewsStale = false;
  /** The list of the last synchronisation, to see that nothing has changed. */
  synced: RelationInfo[] | null = null;

  constructor(
    readonly name: string,
    /** Views made here that the source does not list yet; they outlive a restart. */
    readonly localViews: Map<string, RelationInfo>,
  ) {}

  /** The relation that a dotted name stands for in this catalog, whose default schema is `main`. */
  keyOf(parts: readonly string[]): string | null {
    const local = parts[0] === this.name.toLowerCase() && parts.length > 1 ? parts.slice(1) : parts;
    const candidates = [parts, local].flatMap((path) => [path.join('.'), `main.${path.join('.')}`]);
    const kinds = [this.tables, this.views, this.damaged];
    return candidates.find((key) => kinds.some((relations) => relations.has(key))) ?? null;
  }
}

/** `schema.name` in lower case, as DuckDB compares names. */
export function relationKey(schema: string, name: string): string {
  return `${schema}.${name}`.toLowerCase();
}

/** Those of a list that cannot be read, by key. */
export function damagedTables(listed: readonly RelationInfo[]): Map<string, RelationInfo> {
  const damaged = listed.filter(({ problem }) => problem !== undefined);
  return new Map(damaged.map((relation) => [relationKey(relation.schema, relation.name), relation]));
}

/** What whoever names a table that cannot be read is told. */
export function damagedError({ catalog, schema, name, problem = '' }: RelationInfo): TableDamagedError {
  return new TableDamagedError(`${catalog}.${schema}.${name}`, problem);
}

/** An empty shell. */
export function newTable(relation: RelationInfo): TableCopy {
  return { relation, hydrated: null, pieces: null, rowsLoaded: 0, lastUsed: 0 };
}

/** The key of the table that a relation is a version of; null for other relations. */
export function formerKey({ schema, formerOf }: RelationInfo): string | null {
  return formerOf === undefined ? null : relationKey(schema, formerOf);
}

export function newView(relation: RelationInfo): ViewCopy {
  return { relation, tokens: tokenizeSql(relation.sql ?? ''), broken: null };
}

/** True when a copy holds only some of its table's columns. */
export function isPartial(copy: TableCopy): boolean {
  return copy.hydrated !== null && copy.hydrated.length < copy.relation.columns.length;
}

/** True when a copy has those columns of those pieces; a shell has none of the rows, and that may be all there are. */
export function holds(
  { relation, hydrated, pieces }: TableCopy,
  wanted: { columns: readonly string[]; pieces: Pieces },
): boolean {
  if (hydrated === null) return countRows(relation, wanted.pieces) === 0;
  const held = new Set(hydrated);
  return wanted.columns.every((column) => held.has(column)) && includesPieces(pieces, wanted.pieces);
}

/** What a copy that needs more should hold: what it has, what is wanted, or all when that is nearly as cheap. */
export function piecesToHold({ relation, hydrated, pieces, rowsLoaded }: TableCopy, wanted: Pieces): Pieces {
  const held = hydrated ? pieces : [];
  const united = unitePieces(relation, held, wanted);
  if (united === null || (hydrated && includesPieces(held, wanted))) return united;
  const rows = rowsLoaded + (countRows(relation, united) ?? 0);
  return rows > wholeAbove * (relation.numRecords ?? 0) ? null : united;
}

/** True when the columns of two relations have the same names and types in the same order. */
export function sameColumns(a: RelationInfo, b: RelationInfo): boolean {
  if (a.columns.length !== b.columns.length) return false;
  return a.columns.every((column, i) => {
    const other = b.columns[i];
    return column.name === other?.name && column.type === other.type;
  });
}

/** True when two relations stand for the same rows. */
export function sameState(a: RelationInfo, b: RelationInfo): boolean {
  return a.version === b.version && a.stamp === b.stamp;
}
