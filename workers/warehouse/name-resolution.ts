/** Statements as users write them, made into statements that DuckDB takes: versions of tables, and schemas it has a meaning of its own for. */

import type { CatalogCopy } from './copies.ts';
import { damagedError } from './copies.ts';
import { applyEdits, placeAt, type Edit } from './edits.ts';
import { SqlError } from './errors.ts';
import { findPath } from './read-plan.ts';
import { findReferences } from './references.ts';
import { isBuiltInCatalog, quoteIdentifier } from './sql-text.ts';
import { tokenizeSql } from './sql-tokens.ts';
import type { Statement } from './statements.ts';
import type { RelationInfo } from './types.ts';
import { findVersionNames, type VersionName } from './version-names.ts';

export interface VersionFinder {
  readonly byName: ReadonlyMap<string, CatalogCopy>;
  /** A version of a table, of which there is a copy or shell afterwards. */
  showVersion(catalog: CatalogCopy, table: RelationInfo, at: number | string): Promise<RelationInfo>;
}

/**
 * `gold.t@v3` becomes `gold."t@v3" AS t`, and `system.runs` becomes `"<catalog>".system.runs`, since DuckDB has a catalog of that name;
 * everything else stays as it is. `text` is what the statement is part of.
 * @throws SqlError when there is no such version, naming those there are
 */
export async function resolveNames(
  statement: Statement,
  text: string,
  home: CatalogCopy,
  finder: VersionFinder,
): Promise<Statement> {
  const edits = qualifySchemas(statement, home);
  for (const name of findVersionNames(statement.sql, statement.tokens)) {
    const found = findPath(finder.byName, home, name.path);
    if (!found && !name.isTable) continue;
    const fail = (message: string, cause?: unknown) => {
      const place = placeAt(text, statement.start + name.start);
      return new SqlError(message, { sql: text, ...place, cause });
    };
    if (!found)
      throw fail(`There is no table ${name.path.parts.join('.')}: only tables of the lake have versions.`);
    edits.push(editOf(name, await findFormer(finder, found, name, fail)));
  }
  if (edits.length === 0) return statement;
  edits.sort((a, b) => a.start - b.start);
  const sql = applyEdits(statement.sql, edits);
  return { ...statement, sql, tokens: tokenizeSql(sql), edits };
}

/** Puts the catalog before names of tables whose schema DuckDB would take for a catalog. */
function qualifySchemas({ tokens }: Statement, home: CatalogCopy): Edit[] {
  const ambiguous = findReferences(tokens).paths.filter(
    ({ parts: [schema = '', table = ''] }) =>
      isBuiltInCatalog(schema) && home.keyOf([schema, table]) !== null,
  );
  return ambiguous.flatMap(({ first }) => {
    const start = tokens[first]?.start;
    return start === undefined ? [] : [{ start, end: start, text: `${quoteIdentifier(home.name)}.` }];
  });
}

async function findFormer(
  finder: VersionFinder,
  [catalog, key]: [CatalogCopy, string],
  { at }: VersionName,
  fail: (message: string, cause?: unknown) => SqlError,
): Promise<RelationInfo> {
  const damaged = catalog.damaged.get(key);
  if (damaged) throw damagedError(damaged);
  const table = catalog.tables.get(key)?.relation;
  if (!table) throw fail(`${catalog.name}.${key} is a view: only tables have versions.`);
  if (at === null)
    throw fail(
      `Which version of ${table.name}? Write ${table.name}@v3, or ${table.name}@2025-01-31T10:00 or ${table.name}@'2025-01-31 10:00:00' for the last one at or before a moment in UTC.`,
    );
  try {
    return await finder.showVersion(catalog, table, at);
  } catch (error) {
    throw error instanceof Error ? fail(error.message, error) : error;
  }
}

function editOf({ start, end, path, unnamed }: VersionName, { name }: RelationInfo): Edit {
  const alias = unnamed ? ` AS ${quoteIdentifier(path.parts.at(-1) ?? '')}` : '';
  return { start, end, text: quoteIdentifier(name) + alias };
}
