/** Rows on their way into copies, and the room that is made for them. */

import type { CatalogConnections } from './catalog-connections.ts';
import type { CatalogCopy, TableCopy } from './copies.ts';
import type { Engine, WarehouseLogger } from './engine.ts';
import { hydrateTable } from './hydration.ts';
import { estimateBytes, planLoads, type TableLoad } from './loads.ts';
import type { ReadPlan } from './read-plan.ts';
import { rowsFromIpc } from './rows.ts';
import type { RelationSource } from './types.ts';

export interface LoaderOptions {
  engine: Engine;
  connections: CatalogConnections;
  source: RelationSource;
  /** Bytes in DuckDB above which the least recently used copies are forgotten before a load. */
  cacheLimit: number;
  logger?: WarehouseLogger;
  catalogs: ReadonlyMap<string, CatalogCopy>;
  emptyTable(catalog: CatalogCopy, copy: TableCopy): Promise<void>;
}

/** All methods expect the caller to hold the turn of the statement queue. */
export class Loader {
  private uses = 0;

  constructor(private readonly options: LoaderOptions) {}

  /** Makes sure that the rows a plan reads are there. */
  async hydrate(plan: ReadPlan, signal?: AbortSignal): Promise<void> {
    for (const use of plan.tables) use.copy.lastUsed = ++this.uses;
    const loads = planLoads(plan);
    if (loads.length === 0) return;
    const needed = new Set(plan.tables.map(({ copy }) => copy));
    await this.makeRoom(
      loads.reduce((sum, load) => sum + estimateBytes(load), 0),
      needed,
    );
    for (const load of loads) await this.load(load, signal);
  }

  /** Forgets copies, the least recently used first, until so many bytes more have room; never those needed. */
  async makeRoom(incoming: number, needed: ReadonlySet<TableCopy> = new Set()): Promise<void> {
    const { catalogs, cacheLimit, logger, emptyTable } = this.options;
    const forgettable = [...catalogs.values()]
      .flatMap((catalog) => [...catalog.tables.values()].map((copy) => ({ catalog, copy })))
      .filter(({ copy }) => copy.hydrated !== null && !needed.has(copy))
      .sort((a, b) => a.copy.lastUsed - b.copy.lastUsed);
    for (const { catalog, copy } of forgettable) {
      if ((await this.memoryUsage()) + incoming <= cacheLimit) return;
      const { schema, name } = copy.relation;
      logger?.log('debug', `Forgetting the copy of ${catalog.name}.${schema}.${name}.`);
      await emptyTable(catalog, copy);
    }
  }

  /** Bytes that DuckDB holds. */
  async memoryUsage(): Promise<number> {
    const connection = await this.options.connections.of('');
    const [row] = rowsFromIpc(
      await connection.collect('SELECT sum(memory_usage_bytes)::BIGINT AS bytes FROM duckdb_memory()'),
    );
    return Number(row?.bytes ?? 0);
  }

  private async load(load: TableLoad, signal?: AbortSignal): Promise<void> {
    const { engine, source, logger, catalogs, emptyTable } = this.options;
    const { catalog, copy } = load;
    const connection = await engine.connect();
    try {
      await hydrateTable(source, connection, load, signal);
    } catch (error) {
      // After a restart there is no copy left to empty.
      if (catalogs.get(catalog.name) === catalog) await emptyTable(catalog, copy);
      throw error;
    } finally {
      await connection.close().catch((error: unknown) => logger?.log('debug', String(error)));
    }
  }
}
