import type { TableSummary } from '../../../../../workers/api.ts';

/** Tables of one schema. */
export interface TableGroup {
  schema: string;
  tables: TableSummary[];
}

/** Order of the medallion; other schemas come after, by name. */
const ORDER = ['bronze', 'staging', 'silver', 'gold', 'system'];

const rank = (schema: string) => (ORDER.includes(schema) ? ORDER.indexOf(schema) : ORDER.length);

/** `schema` and `table` of a name with dots: the last two parts. */
export function splitName(name: string): { schema: string; table: string } {
  const parts = name.split('.');
  return { table: parts.at(-1) ?? name, schema: parts.at(-2) ?? '' };
}

/** Tables by schema, bronze to system, those whose name holds all words of the filter. */
export function groupTables(tables: TableSummary[], filter = ''): TableGroup[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = tables.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  const schemas = [...new Set(kept.map(({ name }) => splitName(name).schema))];
  const tablesOf = (schema: string) => kept.filter(({ name }) => splitName(name).schema === schema);
  return schemas
    .map((schema) => ({ schema, tables: tablesOf(schema).toSorted((a, b) => a.name.localeCompare(b.name)) }))
    .sort((a, b) => rank(a.schema) - rank(b.schema) || a.schema.localeCompare(b.schema));
}
