import { quoteIdentifier } from '$lib/charts/filter-sql.ts';
import { labHref } from '$lib/components/links.ts';
import { writeSearch } from '$lib/charts/address.ts';

/** Address of the page of one table. */
export function tableHref(lab: string, name: string): string {
  return `${labHref(lab, 'tables')}table/${writeSearch([['name', name]])}`;
}

/** Address of the console with a query written in it. */
export function queryHref(lab: string, sql: string): string {
  return `${labHref(lab, 'sql')}${writeSearch([['q', sql]])}`;
}

/**
 * A table in SQL, as it is or as it was: `silver.transactions@v3`. Names of plain letters need no quotes; the schema `system` needs its
 * lab, since DuckDB has a catalog of that name.
 */
export function sourceOf(lab: string, name: string, at: number | null = null): string {
  const path = name.startsWith('system.') ? `${lab}.${name}` : name;
  const source = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$/.test(path) ? path : quoteIdentifier(path);
  return at === null ? source : `${source}@v${at}`;
}
