import type { ColumnInfo } from '../../../../../workers/api.ts';

/** What the console knows of the lab's tables: `schema.table` to its columns. */
export type Catalog = Record<string, Pick<ColumnInfo, 'name' | 'type'>[]>;

/** One thing to offer while typing. */
export interface Offer {
  label: string;
  type: 'class' | 'property' | 'function' | 'namespace';
  detail?: string;
  boost?: number;
}

/** Tables that the text names, so that their columns come first. */
export function tablesNamed(sql: string, catalog: Catalog): string[] {
  const words = new Set(sql.toLowerCase().match(/[a-z_]\w*(?:\s*\.\s*[a-z_]\w*)*/g) ?? []);
  const names = [...words].map((word) => word.replace(/\s+/g, ''));
  return Object.keys(catalog).filter((table) =>
    names.some((name) => name === table || name.endsWith(`.${table}`)),
  );
}

/** Aliases of tables in the text: `from gold.daily_activity as a` gives `a`, and so does `from gold.daily_activity@v3 a`. */
export function readAliases(sql: string, catalog: Catalog): Record<string, string> {
  const aliases: Record<string, string> = {};
  for (const [, table = '', alias = ''] of sql.matchAll(
    /(?:from|join|,)\s+([\w.]+)(?:@(?:[\w:.+-]+|'[^']*'))?\s+(?:as\s+)?([a-z_]\w*)/gi,
  ))
    if (catalog[table.toLowerCase()]) aliases[alias.toLowerCase()] = table.toLowerCase();
  return aliases;
}

const columnOffer =
  (boost: number) =>
  ({ name, type }: { name: string; type: string }): Offer => ({
    label: name,
    type: 'property',
    detail: type,
    boost,
  });

/** What may follow `before.`: tables of a schema, or columns of a table or alias. */
export function offerAfterDot(before: string, sql: string, catalog: Catalog): Offer[] {
  const path = before.toLowerCase();
  const table =
    catalog[path] ?? catalog[readAliases(sql, catalog)[path] ?? ''] ?? unqualified(path, sql, catalog);
  if (table) return table.map(columnOffer(2));
  return Object.keys(catalog)
    .filter((name) => name.startsWith(`${path}.`))
    .map((name) => ({ label: name.slice(path.length + 1), type: 'class', boost: 2 }));
}

function unqualified(name: string, sql: string, catalog: Catalog) {
  const named = tablesNamed(sql, catalog).find((table) => table.endsWith(`.${name}`));
  return named === undefined ? undefined : catalog[named];
}

/** What may stand where a new word begins: columns of the named tables, then tables. */
export function offerWords(sql: string, catalog: Catalog): Offer[] {
  const columns = tablesNamed(sql, catalog).flatMap((table) => (catalog[table] ?? []).map(columnOffer(3)));
  const tables = Object.keys(catalog).map((label): Offer => ({ label, type: 'class', boost: 1 }));
  const seen = new Set<string>();
  return [...columns, ...tables].filter(({ label }) => !seen.has(label) && seen.add(label));
}
