/** Writing SQL: identifiers and literals that mean what they say, whatever they hold. */

/** `we"ird` becomes `"we""ird"`. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The parts of a name, quoted and joined by dots: `"lab"."bronze"."t"`. */
export function quotePath(...parts: string[]): string {
  return parts.map(quoteIdentifier).join('.');
}

/** A SQL literal: strings are quoted, `null` is NULL, numbers must be finite. */
export function quoteLiteral(value: string | number | bigint | boolean | null): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === 'number' && !Number.isFinite(value)) return `'${value}'::DOUBLE`;
  return String(value);
}

/** `CREATE OR REPLACE TABLE` with declared types; types are trusted text (they come from the lake's schema). */
export function createTableSql(
  path: string,
  columns: readonly { name: string; type: string }[],
  kind: 'TABLE' | 'TEMP TABLE' = 'TABLE',
): string {
  const definitions = columns.map((column) => `${quoteIdentifier(column.name)} ${column.type}`);
  return `CREATE OR REPLACE ${kind} ${path} (${definitions.join(', ')})`;
}

/** True for the names of DuckDB's own catalogs; as the first part of a dotted name they are not taken for a schema. */
export function isBuiltInCatalog(name: string): boolean {
  return ['system', 'temp'].includes(name.toLowerCase());
}
