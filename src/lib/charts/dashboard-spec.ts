/** What a dashboard file says, checked. */
export interface Dashboard {
  name: string;
  title: string;
  description: string;
  filters: FilterSpec[];
  tiles: TileSpec[];
}

interface FilterBase {
  /** Its key in the address. */
  name: string;
  label: string;
  /** The column it limits, in every tile. */
  column: string;
}

/** First and last day; `bounds` answers one row with `lo` and `hi`. */
export interface DateRangeFilter extends FilterBase {
  kind: 'date_range';
  bounds: string;
}

/** Any number of values; `values` answers the choices in the column `value`. */
export interface MultiFilter extends FilterBase {
  kind: 'multi';
  values: string;
}

export type FilterSpec = DateRangeFilter | MultiFilter;

export const TILE_KINDS = ['kpi', 'line', 'bar', 'hbar', 'stacked_bar', 'heatmap', 'table'] as const;
export type TileKind = (typeof TILE_KINDS)[number];

/** `percent` takes a share: 0.123 is 12.3 %; `money` takes euros; `bytes` takes bytes. */
export const VALUE_FORMATS = [
  'integer',
  'number',
  'compact',
  'percent',
  'money',
  'bytes',
  'date',
  'text',
] as const;
export type ValueFormat = (typeof VALUE_FORMATS)[number];

export interface TileSpec {
  name: string;
  kind: TileKind;
  /** Columns of twelve. */
  width: number;
  /** Title as a template: `{first.transaction_type} leads`. */
  finding: string;
  /** Subtitle: what is measured, and its unit. */
  measure: string;
  /** SELECT with `{{ filters }}` where predicates go. */
  sql: string;
  x: string | null;
  y: string[];
  series: string | null;
  z: string | null;
  format: Record<string, ValueFormat>;
  /** The table behind the tile. */
  model: string | null;
  /** SELECT of rows behind the tile. */
  drill: string | null;
}
