/** Which lake tables, and which of their columns and pieces, a statement reads. */

import { CatalogCopy, type TableCopy, type ViewCopy } from './copies.ts';
import { unitePieces, type Pieces } from './pieces.ts';
import { piecesRead } from './pruning.ts';
import { findReferences, isReadAsRow, type NamePath, type References } from './references.ts';
import type { Token } from './sql-tokens.ts';
import type { RelationInfo } from './types.ts';

/** A temporary view or macro of a session: naming it reads what its definition reads. */
export interface Definition {
  name: string;
  catalog: CatalogCopy;
  tokens: Token[];
}

export interface ReadPlan {
  /** Columns in schema order. */
  tables: { catalog: CatalogCopy; copy: TableCopy; columns: string[]; pieces: Pieces }[];
  views: ViewCopy[];
  /** Tables that cannot be read. */
  damaged: RelationInfo[];
  /** The statement asks about tables themselves: partial copies must look whole. */
  metadata: boolean;
  /** A table's name is computed by the statement: what it reads cannot be told. */
  computed: boolean;
}

interface Text {
  catalog: CatalogCopy;
  tokens: readonly Token[];
}

interface TableUse {
  catalog: CatalogCopy;
  copy: TableCopy;
  whole: boolean;
  pieces: Pieces;
}

/** Tables of at most so many rows are always taken whole: cheaper than loading them twice. */
export const wholeBelow = 50_000;

/** Follows the names of a statement through views and temporary definitions down to lake tables. */
export function planReads(
  catalogs: ReadonlyMap<string, CatalogCopy>,
  home: CatalogCopy,
  tokens: readonly Token[],
  definitions: readonly Definition[],
): ReadPlan {
  const texts: Text[] = [{ catalog: home, tokens }];
  const uses = new Map<TableCopy, TableUse>();
  const views = new Set<ViewCopy>();
  const damaged = new Set<RelationInfo>();
  const followed = new Set<Definition>();
  const identifiers = new Set<string>();
  let metadata = false;
  let computed = false;
  for (let text = texts.shift(); text; text = texts.shift()) {
    const references = findReferences(text.tokens);
    metadata ||= references.metadata;
    computed ||= references.computed;
    for (const name of references.identifiers) identifiers.add(name);
    for (const definition of definitions) {
      if (!references.identifiers.has(definition.name) || followed.has(definition)) continue;
      followed.add(definition);
      texts.push(definition);
    }
    for (const [catalog, key, paths] of findRelations(catalogs, text.catalog, references)) {
      const view = catalog.views.get(key);
      const copy = catalog.tables.get(key);
      const broken = catalog.damaged.get(key);
      if (broken) damaged.add(broken);
      if (view && !views.has(view)) {
        views.add(view);
        texts.push({ catalog, tokens: view.tokens });
      }
      if (!copy) continue;
      const known = uses.get(copy);
      const whole = references.wholeRows || isReadAsRow(text.tokens, references, paths);
      // Definitions of views and macros are not looked into: who names them reads all pieces.
      const pruned = text.tokens === tokens && !isSmall(copy.relation);
      const pieces = pruned ? piecesRead(tokens, paths, copy.relation) : null;
      uses.set(copy, {
        catalog,
        copy,
        whole: whole || (known?.whole ?? false),
        pieces: known ? unitePieces(copy.relation, known.pieces, pieces) : pieces,
      });
    }
  }
  const tables = [...uses.values()].map((use) => ({ ...use, columns: columnsOfUse(use, identifiers) }));
  return { tables, views: [...views], damaged: [...damaged], metadata, computed };
}

/** The relations that the names of a text stand for, each with the places where it is named. */
function findRelations(
  catalogs: ReadonlyMap<string, CatalogCopy>,
  home: CatalogCopy,
  references: References,
): [CatalogCopy, string, NamePath[]][] {
  const found = new Map<string, [CatalogCopy, string, NamePath[]]>();
  for (const path of references.paths) {
    for (const [catalog, key] of meaningsOf(catalogs, home, path)) {
      const id = `${catalog.name}\n${key}`;
      const entry = found.get(id) ?? [catalog, key, []];
      entry[2].push(path);
      found.set(id, entry);
    }
  }
  return [...found.values()];
}

/** The relation that a name stands for first of all, with its key. */
export function findPath(
  catalogs: ReadonlyMap<string, CatalogCopy>,
  home: CatalogCopy,
  path: NamePath,
): [CatalogCopy, string] | undefined {
  return meaningsOf(catalogs, home, path)[0];
}

/** `a.b` may be the table b of the catalog a, and the table b of the schema a at home. */
function meaningsOf(
  catalogs: ReadonlyMap<string, CatalogCopy>,
  home: CatalogCopy,
  { parts }: NamePath,
): [CatalogCopy, string][] {
  const other = parts.length > 1 ? catalogs.get(parts[0] ?? '') : undefined;
  return [...new Set([home, ...(other ? [other] : [])])].flatMap((catalog) => {
    const key = catalog.keyOf(parts);
    return key === null ? [] : [[catalog, key] as [CatalogCopy, string]];
  });
}

function columnsOfUse({ copy, whole }: TableUse, identifiers: ReadonlySet<string>): string[] {
  const { columns } = copy.relation;
  const all = columns.map((column) => column.name);
  if (whole || isSmall(copy.relation)) return all;
  const named = all.filter((name) => identifiers.has(name.toLowerCase()));
  // count(*) needs the rows of some column; one of fixed width is cheapest.
  const narrow = columns.find((column) => !/^(VARCHAR|BLOB|STRUCT|MAP)|\[/.test(column.type)) ?? columns[0];
  return named.length > 0 || !narrow ? named : [narrow.name];
}

/** Rows that are not counted may be few. */
function isSmall({ numRecords }: RelationInfo): boolean {
  return numRecords === null || numRecords <= wholeBelow;
}
