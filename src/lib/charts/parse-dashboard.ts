import { DashboardError } from './dashboard-error.ts';
import {
  TILE_KINDS,
  VALUE_FORMATS,
  type Dashboard,
  type FilterSpec,
  type TileKind,
  type TileSpec,
  type ValueFormat,
} from './dashboard-spec.ts';
import { SpecReader } from './spec-reader.ts';

const FILTER_KEYS = ['name', 'label', 'kind', 'column', 'bounds', 'values'];
const TILE_KEYS = 'name kind width finding measure sql x y series z format model drill'.split(' ');
/** What each kind cannot do without, besides name, kind and sql. */
const NEEDS: Record<TileKind, ('x' | 'y' | 'z')[]> = {
  kpi: ['y'],
  line: ['x', 'y'],
  bar: ['x', 'y'],
  hbar: ['x', 'y'],
  stacked_bar: ['x', 'y'],
  heatmap: ['x', 'y', 'z'],
  table: [],
};

function readFilter(reader: SpecReader): FilterSpec {
  reader.allow(FILTER_KEYS);
  const name = reader.name('name');
  const kind = reader.choice('kind', ['date_range', 'multi'] as const);
  const base = { name, label: reader.optionalText('label') ?? name, column: reader.text('column') };
  return kind === 'multi'
    ? { ...base, kind, values: reader.text('values') }
    : { ...base, kind: 'date_range', bounds: reader.text('bounds') };
}

function readTile(reader: SpecReader): TileSpec {
  reader.allow(TILE_KEYS);
  const kind = reader.choice('kind', TILE_KINDS) ?? 'table';
  const tile: TileSpec = {
    name: reader.name('name'),
    kind,
    width: reader.integer('width', 1, 12, 6),
    finding: reader.optionalText('finding') ?? '',
    measure: reader.optionalText('measure') ?? '',
    sql: reader.text('sql'),
    x: reader.optionalText('x'),
    y: reader.texts('y'),
    series: reader.optionalText('series'),
    z: reader.optionalText('z'),
    format: readFormats(reader),
    model: reader.optionalText('model'),
    drill: reader.optionalText('drill'),
  };
  for (const key of NEEDS[kind]) {
    const value = tile[key];
    if (value === null || value.length === 0)
      reader.report(key, `is missing; a ${kind} tile needs the name of a column here`);
  }
  if (tile.series !== null && tile.y.length > 1)
    reader.report('series', 'cannot be used with several columns in y');
  return tile;
}

function readFormats(reader: SpecReader): Record<string, ValueFormat> {
  const formats: Record<string, ValueFormat> = {};
  const own = reader.child('format');
  for (const column of own?.keys() ?? []) {
    const format = own?.choice(column, VALUE_FORMATS);
    if (format) formats[column] = format;
  }
  return formats;
}

function reportTwins(reader: SpecReader, what: string, names: string[]): void {
  const twins = new Set(names.filter((name, i) => name !== '' && names.indexOf(name) !== i));
  for (const twin of twins) reader.report(what, `has "${twin}" twice; names must be unique`);
}

/**
 * Checks a dashboard file (YAML as JSON) and gives it meaning.
 * Throws one `DashboardError` with every problem: file, tile or filter, key, what is there, what was expected.
 */
export function parseDashboard(spec: unknown, file: string): Dashboard {
  const problems: string[] = [];
  const reader = SpecReader.open(spec, '', problems);
  reader.allow(['name', 'title', 'description', 'filters', 'tiles']);
  const name = reader.name('name');
  const dashboard: Dashboard = {
    name,
    title: reader.optionalText('title') ?? name,
    description: reader.optionalText('description') ?? '',
    filters: reader.list('filters', 'filter').map(readFilter),
    tiles: reader.list('tiles', 'tile').map(readTile),
  };
  if (dashboard.tiles.length === 0) reader.report('tiles', 'is empty; a dashboard needs at least one tile');
  reportTwins(
    reader,
    'tiles',
    dashboard.tiles.map((tile) => tile.name),
  );
  reportTwins(
    reader,
    'filters',
    dashboard.filters.map((filter) => filter.name),
  );
  if (problems.length > 0) throw new DashboardError(file, problems);
  return dashboard;
}
