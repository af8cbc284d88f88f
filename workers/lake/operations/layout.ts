import { InvalidOptionError } from '../errors.ts';
import type { Snapshot, StructType } from '../types.ts';
import { quote } from './rows.ts';

/** How the rows of rewritten files lie: as they come, sorted, or along a Z-order curve. */
export interface Layout {
  kind: 'none' | 'sort' | 'zorder';
  columns: string[];
}

/** Bits of the sum of all ranks: what fits a positive BIGINT. */
const CURVE_BITS = 62;
/** Steps each column is cut into, as bits: finer than any table has files. */
const MAX_COLUMN_BITS = 16;

/**
 * The layout that the options ask for.
 * @throws InvalidOptionError for both kinds at once, and for a column that is missing, nested or a partition column
 */
export function layoutOf(
  { schema, metadata }: Pick<Snapshot, 'schema' | 'metadata'>,
  { sortBy = [], zOrderBy = [] }: { sortBy?: string[]; zOrderBy?: string[] },
): Layout {
  if (sortBy.length > 0 && zOrderBy.length > 0)
    throw new InvalidOptionError('sortBy', 'sortBy or zOrderBy, not both', sortBy.join(', '));
  const option = sortBy.length > 0 ? 'sortBy' : 'zOrderBy';
  const columns = [...sortBy, ...zOrderBy];
  for (const name of columns) {
    const found = schema.fields.find((column) => column.name === name);
    if (typeof found?.type === 'string' && !metadata.partitionColumns.includes(name)) continue;
    throw new InvalidOptionError(
      option,
      'columns of the table that are neither nested nor partition columns',
      name,
    );
  }
  if (columns.length === 0) return { kind: 'none', columns };
  return { kind: option === 'sortBy' ? 'sort' : 'zorder', columns };
}

/** As a tag of the files it was made of: files that have it need no second rewrite. */
export function layoutTag({ kind, columns }: Layout): string {
  return `${kind} ${JSON.stringify(columns)}`;
}

/** SQL for all rows of `table` in the layout's order. */
export function layoutSql(table: string, schema: StructType, layout: Layout): string {
  const columns = schema.fields.map(({ name }) => quote(name)).join(', ');
  const keys = layout.columns.map(quote);
  if (layout.kind === 'none') return `select ${columns} from ${table}`;
  if (layout.kind === 'sort') return `select ${columns} from ${table} order by ${keys.join(', ')}`;
  return `select ${columns} from (${rankedSql(table, keys)}) order by ${curveOf(keys.length)}, ${keys.join(', ')}`;
}

/**
 * Each column's rank, brought to whole numbers of as many bits as fit: a column with few values or a skewed one then counts as
 * much as any other. Names with a space belong to no column of a Delta table.
 */
function rankedSql(table: string, keys: string[]): string {
  const steps = 2 ** bitsOf(keys.length);
  const ranks = keys.map(
    (key, index) =>
      `((rank() over (order by ${key} nulls first) - 1) * ${steps} // count(*) over ())::bigint as ${rank(index)}`,
  );
  return `select *, ${ranks.join(', ')} from ${table}`;
}

/** The Z-order curve: the bits of all ranks in turn, the highest first. */
function curveOf(count: number): string {
  const terms: string[] = [];
  for (let bit = 0; bit < bitsOf(count); bit += 1) {
    for (let index = 0; index < count; index += 1) {
      const place = bit * count + (count - 1 - index);
      terms.push(`(((${rank(index)} >> ${bit}) & 1) << ${place})`);
    }
  }
  return terms.join(' + ');
}

function bitsOf(count: number): number {
  return Math.max(1, Math.min(MAX_COLUMN_BITS, Math.floor(CURVE_BITS / count)));
}

function rank(index: number): string {
  return quote(`rank ${index}`);
}
