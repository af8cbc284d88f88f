/** The catalogs in DuckDB, kept in step with the lake: shells for tables, views, and rows on demand. */

import { CatalogConnections } from './catalog-connections.ts';
import {
  CatalogCopy,
  damagedError,
  damagedTables,
  formerKey,
  isPartial,
  newTable,
  newView,
  relationKey,
  sameColumns,
  sameState,
  type TableCopy,
  type ViewCopy,
} from './copies.ts';
import type { Engine, WarehouseLogger } from './engine.ts';
import { pointTo, sourceOf } from './engine-error.ts';
import { Loader } from './loader.ts';
import { planReads } from './read-plan.ts';
import { syncViews, withLocalViews } from './catalog-views.ts';
import { createTableSql, quoteIdentifier, quotePath } from './sql-text.ts';
import { isSymbol, tokenizeSql } from './sql-tokens.ts';
import { resolveNames } from './name-resolution.ts';
import type { Statement } from './statements.ts';
import type { RelationInfo, RelationSource } from './types.ts';

export interface CatalogsOptions {
  source: RelationSource;
  /** Bytes in DuckDB above which the least recently used copies are forgotten before a load. */
  cacheLimit: number;
  logger?: WarehouseLogger;
}

/** All methods change DuckDB and expect the caller to hold the turn of the statement queue. */
export class Catalogs {
  readonly byName = new Map<string, CatalogCopy>();
  readonly loader: Loader;
  private readonly connections: CatalogConnections;
  private readonly localViews = new Map<string, Map<string, RelationInfo>>();

  constructor(
    engine: Engine,
    private readonly options: CatalogsOptions,
  ) {
    const connections = new CatalogConnections(engine);
    this.connections = connections;
    const emptyTable = this.emptyTable.bind(this);
    this.loader = new Loader({ ...options, engine, connections, catalogs: this.byName, emptyTable });
    engine.onRestart(() => this.byName.clear());
  }

  /** Brings a catalog in step with the lake: every relation exists afterwards, rows or not. */
  async sync(name: string): Promise<CatalogCopy> {
    const catalog = await this.attach(name);
    const listed = await this.options.source.relations(name);
    if (catalog.synced === listed && !catalog.viewsStale) return catalog;
    const sound = listed.filter(({ problem }) => problem === undefined);
    const relations = withLocalViews(sound, catalog.localViews);
    catalog.damaged = damagedTables(listed);
    await this.dropUnlisted(catalog, relations);
    for (const relation of relations) {
      if (relation.kind === 'table') await this.syncTable(catalog, relation);
    }
    await syncViews(catalog, relations, (view) => this.makeView(catalog, view));
    catalog.synced = listed;
    return catalog;
  }

  /** Synchronises the other catalogs that a text may name. */
  async syncNamed(tokens: ReturnType<typeof tokenizeSql>, home: string): Promise<void> {
    const known = new Set([...(this.options.source.catalogs?.() ?? []), ...this.byName.keys()]);
    const words = new Set(tokens.map((token) => token.text.toLowerCase()));
    for (const name of known) {
      if (name !== home && words.has(name.toLowerCase())) await this.sync(name);
    }
  }

  /** The statement with its names resolved; versions that it names have a copy or shell afterwards. See `resolveNames`. */
  async resolve(statement: Statement, text: string, home: CatalogCopy): Promise<Statement> {
    if (statement.tokens.some((token) => isSymbol(token, '@')))
      await this.syncNamed(statement.tokens, home.name);
    return resolveNames(statement, text, home, this);
  }

  /** Makes a shell for a version of a table, unless there is one. */
  async showVersion(catalog: CatalogCopy, table: RelationInfo, at: number | string): Promise<RelationInfo> {
    const former = await this.options.source.relationAt(table, at);
    await this.syncTable(catalog, former);
    return former;
  }

  /** Empties the partial copies, so that every table shows all its columns. */
  async showWhole(): Promise<void> {
    for (const catalog of this.byName.values()) {
      for (const copy of catalog.tables.values()) if (isPartial(copy)) await this.emptyTable(catalog, copy);
    }
  }

  /** Makes or replaces a view now. Rejects with SqlError when its SELECT cannot be bound. */
  async createView(name: string, relation: RelationInfo): Promise<void> {
    const catalog = await this.sync(name);
    await this.syncNamed(tokenizeSql(relation.sql ?? ''), name);
    const key = relationKey(relation.schema, relation.name);
    const view = newView(relation);
    if (catalog.tables.has(key)) await this.dropFrom(catalog, key);
    await this.makeView(catalog, view);
    if (view.broken) throw view.broken;
    catalog.views.set(key, view);
    catalog.localViews.set(key, relation);
    catalog.viewsStale = true;
  }

  /** Drops a relation from DuckDB, and its versions; it comes back when the source still lists it. */
  async dropRelation(name: string, schema: string, relation: string): Promise<void> {
    const catalog = await this.attach(name);
    const key = relationKey(schema, relation);
    catalog.localViews.delete(key);
    for (const [other, copy] of catalog.tables)
      if (formerKey(copy.relation) === key) await this.dropFrom(catalog, other);
    await this.dropFrom(catalog, key);
    catalog.synced = null;
  }

  private async attach(name: string): Promise<CatalogCopy> {
    const known = this.byName.get(name);
    if (known) return known;
    const connection = await this.connections.of('');
    await connection.execute(`ATTACH IF NOT EXISTS ':memory:' AS ${quoteIdentifier(name)}`);
    const localViews = this.localViews.get(name) ?? new Map<string, RelationInfo>();
    this.localViews.set(name, localViews);
    const catalog = new CatalogCopy(name, localViews);
    this.byName.set(name, catalog);
    return catalog;
  }

  private async execute(catalog: CatalogCopy, sql: string): Promise<void> {
    await (await this.connections.of(catalog.name)).execute(sql);
  }

  private async dropUnlisted(catalog: CatalogCopy, relations: RelationInfo[]): Promise<void> {
    const kinds = new Map(relations.map(({ schema, name, kind }) => [relationKey(schema, name), kind]));
    for (const [key, { relation }] of catalog.tables) {
      // A version lives as long as its table.
      if (kinds.get(formerKey(relation) ?? key) !== 'table') await this.dropFrom(catalog, key);
    }
    for (const key of catalog.views.keys()) if (kinds.get(key) !== 'view') await this.dropFrom(catalog, key);
  }

  private async dropFrom(catalog: CatalogCopy, key: string): Promise<void> {
    const table = catalog.tables.get(key);
    const relation = table?.relation ?? catalog.views.get(key)?.relation;
    if (!relation) return;
    const path = quotePath(catalog.name, relation.schema, relation.name);
    catalog.viewsStale = true;
    catalog.tables.delete(key);
    catalog.views.delete(key);
    await this.execute(catalog, `DROP ${table ? 'TABLE' : 'VIEW'} IF EXISTS ${path}`);
  }

  private async syncTable(catalog: CatalogCopy, relation: RelationInfo): Promise<void> {
    const key = relationKey(relation.schema, relation.name);
    const old = catalog.tables.get(key);
    const same = old !== undefined && sameColumns(old.relation, relation);
    if (old && same && (old.hydrated === null || sameState(old.relation, relation))) {
      old.relation = relation;
      return;
    }
    // No view was made before the first look at a version that it names.
    if (!same && (old || relation.formerOf === undefined)) catalog.viewsStale = true;
    const copy: TableCopy = old ?? newTable(relation);
    copy.relation = relation;
    await this.ensureSchema(catalog, relation.schema);
    await this.emptyTable(catalog, copy);
    catalog.tables.set(key, copy);
  }

  private async ensureSchema(catalog: CatalogCopy, schema: string): Promise<void> {
    if (catalog.schemas.has(schema)) return;
    await this.execute(catalog, `CREATE SCHEMA IF NOT EXISTS ${quotePath(catalog.name, schema)}`);
    catalog.schemas.add(schema);
  }

  private async emptyTable(catalog: CatalogCopy, copy: TableCopy): Promise<void> {
    const { schema, name, columns } = copy.relation;
    await this.execute(catalog, createTableSql(quotePath(catalog.name, schema, name), columns));
    copy.hydrated = null;
    copy.pieces = null;
    copy.rowsLoaded = 0;
  }

  private async makeView(catalog: CatalogCopy, view: ViewCopy): Promise<void> {
    const { schema, name, sql = '' } = view.relation;
    const path = quotePath(catalog.name, schema, name);
    let statement: Statement = { sql, start: 0, tokens: tokenizeSql(sql) };
    try {
      await this.ensureSchema(catalog, schema);
      statement = await this.resolve(statement, sql, catalog);
      view.tokens = statement.tokens;
      await this.showColumns(catalog, view);
      await this.execute(catalog, `CREATE OR REPLACE VIEW ${path} AS\n${statement.sql}`);
      view.broken = null;
    } catch (error) {
      view.broken = pointTo(error, { ...sourceOf(statement, sql), linesBefore: 1 });
    }
  }

  /** A view remembers the columns it was made over, so these must be there. */
  private async showColumns(catalog: CatalogCopy, { tokens }: ViewCopy): Promise<void> {
    const { tables, damaged } = planReads(this.byName, catalog, tokens, []);
    if (damaged[0]) throw damagedError(damaged[0]);
    for (const { catalog: owner, copy } of tables) if (isPartial(copy)) await this.emptyTable(owner, copy);
  }
}
